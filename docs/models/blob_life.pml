/* The life of one blob: upload, HEAD, mount, manifest PUT, tag move, delete, archive, restore, collect.
 *
 * One digest, two repositories with at most one image each that holds it, every process that touches it. A database
 * transaction is one `atomic` step, a step on the disk another: between them anything may happen, and any process may
 * be killed (CRASH). It is the protocol of docs/adr/0006-storage-keys.md and src/meta/blobs.h. What must hold:
 *
 *   safe       an acknowledged image is complete until it is deleted: its blob has a row, and the row's file is there;
 *              a tag names an image that is there
 *   kept       nobody who was told "I have this layer" is told "I do not" within the lease   (assertion in put)
 *   readable   a reader of an image that stays finds its bytes                               (assertion in Reader)
 *   collected  once nobody wants it and nobody is working, every file and every row goes
 *
 * Variants that must fail: NO_LEASE, NO_RECHECK (by the collector), NO_LOOK (by a manifest PUT), ONE_KEY (one file per
 * digest instead of one per storage key), YOUNG_SWEEP, NO_SWEEP, READ_ONCE. docs/models/check runs all of it.
 */
#define REPOSITORIES 2
#ifndef KEYS
#define KEYS 5 /* storage keys there are; none is used twice */
#endif
#define NONE 0
#define NOBODY 9

/* --- the database --- */
bool row, cold, lease;            /* the blob's row; where its bytes are; is its lease running */
byte key;                         /* the storage key that the row names */
bool linked[REPOSITORIES];        /* the repository may see the blob */
bool image[REPOSITORIES];         /* an image with an edge to the blob */
bool dead[KEYS + 1];              /* files to be unlinked */
byte tag = NOBODY, tag2 = NOBODY; /* the repository's tag names its image: NOBODY or the image; one each */

/* --- the disk --- */
bool file[KEYS + 1];
bool young[KEYS + 1]; /* committed a moment ago: not yet old enough for the sweep */

/* --- what was said --- */
bool promised[REPOSITORIES]; /* a client was told that the layer is there, and its lease has not run out since */
byte deletions[REPOSITORIES];
byte used, busy;

#define NAMED(k) (row && key == (k))
#define WANTED (image[0] || image[1])

inline fresh_file(k) {
#ifdef ONE_KEY
  k = 1;
#else
  used++; k = used; assert(used <= KEYS);
#endif
  file[k] = true; young[k] = true
}

inline promise(r) {
#ifndef NO_LEASE
  lease = true;
#endif
  promised[r] = true
}

/* HEAD: what an image holds needs no lease yet, its deletion gives one. */
inline promise_held(r) {
  if
  :: image[r] -> promised[r] = true
  :: else -> promise(r)
  fi
}

inline killed_or_on() {
#ifdef CRASH
  if :: skip :: crashed = true fi
#else
  skip
#endif
}

inline put(r) {
  atomic {
#ifdef NO_LOOK
    if
    :: true ->
#else
    if
    :: row && linked[r] ->
#endif
      image[r] = true; acknowledged = true;
      if :: r == 0 -> tag = 0 :: else -> tag2 = 1 fi
#ifndef NO_LOOK
    :: else -> assert(!promised[r]) /* kept */
#endif
    fi;
    promised[r] = false
  }
}

/* HEAD, upload what is absent, PUT the manifest; once more if it was too slow. */
proctype Pusher(byte r) {
  byte k = 0, tries = 0;
  bool have, acknowledged = false, crashed = false;
  do
  :: !acknowledged && !crashed && tries < 2 ->
    tries++;
    atomic {
      have = row && linked[r];
#ifndef NO_LOOK
      if :: have && cold -> have = false :: else fi; /* bytes in the archive count as absent */
#endif
      if :: have -> promise_held(r) :: else fi
    }
    if
    :: have
    :: else ->
      atomic { fresh_file(k) }
      killed_or_on();
      if
      :: crashed
      :: else ->
        atomic { /* complete upload */
          if :: row && key != k -> dead[key] = true :: else fi;
          row = true; cold = false; key = k; young[k] = false; /* the newest bytes win */
          linked[r] = true; promise(r)
        }
      fi
    fi;
    if :: crashed :: else -> put(r) fi
  :: else -> break
  od;
  atomic { young[k] = false; promised[r] = false; k = 0; tries = 0; have = false; acknowledged = false; busy-- }
}

/* Mounts from the other repository instead of uploading. */
proctype Mounter(byte r) {
  bool acknowledged = false, have;
  atomic {
    have = row && !cold && linked[1 - r] && image[1 - r];
    if :: have -> linked[r] = true; promise(r) :: else fi
  }
  if :: have -> put(r) :: else fi;
  atomic { promised[r] = false; busy-- }
}

/* Deletes the image, its tag with it. */
proctype Deleter(byte r) {
  atomic {
    image[r] = false; deletions[r]++;
#ifndef NO_LEASE
    lease = true;
#endif
    if :: r == 0 -> tag = NOBODY :: else -> tag2 = NOBODY fi;
    busy--
  }
}

/* A pull: the row tells where, the file is opened. A file that is gone is looked for where the row says now. */
proctype Reader(byte r) {
  byte k = 0, before = 0, seen;
  bool there = false, named;
  atomic { named = image[r]; seen = deletions[r]; if :: named -> k = key :: else fi }
  do
  :: named && !there && k != before ->
    there = file[k];
    if
    :: there
    :: else ->
      before = k;
#ifndef READ_ONCE
      atomic { named = image[r] && deletions[r] == seen; if :: named -> k = key :: else fi }
#endif
    fi
  :: else -> break
  od;
  assert(!named || there || deletions[r] != seen); /* readable */
  atomic { k = 0; before = 0; there = false; named = false; seen = 0; busy-- }
}

/* Moves the bytes to the other store: copy, switch, the old file is dead, or the copy is. */
proctype Mover() {
  byte from = 0, k = 0;
  bool crashed = false, to;
  atomic { if :: row -> from = key; to = !cold :: else fi }
  if
  :: from != 0 && file[from] -> /* else it was collected meanwhile */
    atomic { fresh_file(k) }
    killed_or_on();
    if
    :: crashed
    :: else ->
      atomic {
        if
        :: row && key == from -> key = k; cold = to; dead[from] = true
        :: else -> dead[k] = true /* nobody wants the copy */
        fi;
        young[k] = false
      }
    fi
  :: else
  fi;
  atomic { young[k] = false; k = 0; from = 0; busy-- }
}

/* Looks for what is due, then claims it: the row goes, its file is dead. */
active proctype Collector() {
  bool due;
  do
  :: atomic { row && !WANTED && !lease -> due = true }
    atomic {
#ifdef NO_RECHECK
      if :: row ->
#else
      if :: row && !WANTED && !lease ->
#endif
        row = false; cold = false; dead[key] = true; key = NONE; linked[0] = false; linked[1] = false
      :: else
      fi;
      due = false
    }
  od
}

/* Unlinks dead files; killed in between, it does so again. */
active proctype Unlinker() {
  byte k = 0;
  do
  :: atomic { if :: dead[1] -> k = 1 :: dead[2] -> k = 2 :: dead[3] -> k = 3 :: dead[4] -> k = 4 :: dead[5] -> k = 5 fi }
    file[k] = false;
    atomic { dead[k] = false; k = 0 }
  od
}

/* Removes old files that nothing names. */
#ifdef YOUNG_SWEEP
#define STRAY(k) (file[k] && !NAMED(k) && !dead[k])
#else
#define STRAY(k) (file[k] && !NAMED(k) && !dead[k] && !young[k])
#endif
#ifndef NO_SWEEP
active proctype Sweeper() {
  byte k = 0;
  do
  :: atomic { if :: STRAY(1) -> k = 1 :: STRAY(2) -> k = 2 :: STRAY(3) -> k = 3 :: STRAY(4) -> k = 4 :: STRAY(5) -> k = 5 fi }
    atomic { file[k] = false; k = 0 }
  od
}
#endif

/* A day goes by, at any moment. */
active proctype Clock() {
  do
  :: atomic { lease -> lease = false; promised[0] = false; promised[1] = false }
  od
}

init {
  atomic {
#if SCENE == 1 /* two repositories get the same bytes, one lets them go */
    busy = 3; run Pusher(0); run Pusher(1); run Deleter(0)
#elif SCENE == 2 /* a mount from a repository whose image is going */
    busy = 3; run Pusher(0); run Mounter(1); run Deleter(0)
#elif SCENE == 3 /* a pull beside the archive and a deletion */
    busy = 4; run Pusher(0); run Mover(); run Reader(0); run Deleter(0)
#elif SCENE == 4 /* a push beside the archive */
    busy = 3; run Pusher(0); run Pusher(1); run Mover()
#elif SCENE == 5 /* there and back beside a pull */
    busy = 4; run Pusher(0); run Mover(); run Mover(); run Reader(0)
#endif
  }
}

#define COMPLETE (!WANTED || (row && file[key]))
#define TAGS ((tag == NOBODY || image[0]) && (tag2 == NOBODY || image[1]))
#define EMPTY (!row && !file[1] && !file[2] && !file[3] && !file[4] && !file[5])

#ifdef SAFETY
active proctype Watch() {
  atomic { !(COMPLETE && TAGS) -> assert(false) } /* safe */
}
#else
ltl collected { [] ((busy == 0 && !WANTED) -> <> EMPTY) }
#endif
