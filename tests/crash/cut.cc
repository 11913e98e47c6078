// What a power cut leaves of the folder that disk.cc watched: what was synced, and of the rest nothing or anything.
// Called by disk.py while no server runs. Leaves alone what is right already: a registry has a thousand folders.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace {

constexpr std::size_t kPage = 4096;
constexpr const char* kIdentity = "user.berth.disk";

struct Name {
  std::string id;
  bool folder = false;
  std::string name;
  friend bool operator==(const Name&, const Name&) = default;
};
using Names = std::vector<Name>;

[[noreturn]] void give_up(const std::string& what) {
  perror(what.c_str());
  abort();
}
void must(bool done, const std::string& what) {
  if (!done) give_up(what);
}

std::optional<std::string> read_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  struct stat info;
  must(fstat(fd, &info) == 0, path);
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t got = read(fd, bytes.data() + at, bytes.size() - at);
    must(got > 0, path);
    at += static_cast<std::size_t>(got);
  }
  close(fd);
  return bytes;
}

void write_file(const std::string& path, const std::string& bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  must(fd >= 0, path);
  std::size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t put = write(fd, bytes.data() + at, bytes.size() - at);
    must(put > 0, path);
    at += static_cast<std::size_t>(put);
  }
  close(fd);
}

void set_identity(const std::string& path, const std::string& id) {
  must(setxattr(path.c_str(), kIdentity, id.data(), id.size(), 0) == 0, path);
}

void remove_all(const std::string& path) {
  if (unlink(path.c_str()) == 0) return;
  if (DIR* entries = opendir(path.c_str())) {
    while (const dirent* entry = readdir(entries)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") remove_all(path + "/" + name);
    }
    closedir(entries);
  }
  must(rmdir(path.c_str()) == 0, path);
}

std::string to_text(const Names& names) {
  std::string text;
  for (const auto& each : names) text += each.id + (each.folder ? " d " : " f ") + each.name + "\n";
  return text;
}

Names to_names(const std::string& text) {
  Names names;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    const auto space = text.find(' ', at);
    names.push_back({.id = text.substr(at, space - at),
                     .folder = text[space + 1] == 'd',
                     .name = text.substr(space + 3, end - space - 3)});
    at = end + 1;
  }
  std::ranges::sort(names, {}, &Name::name);
  return names;
}

// The folder as it is.
class Tree {
 public:
  struct Folder {
    std::string path;
    Names names;
  };

  Tree(const std::string& root, std::uint64_t& next_id) : next_id_(next_id), root_(identity(root)) {
    scan(root_, root);
  }

  const std::string& root() const { return root_; }
  const auto& folders() const { return folders_; }
  const auto& files() const { return files_; }
  const Folder* folder(const std::string& id) const {
    const auto found = folders_.find(id);
    return found == folders_.end() ? nullptr : &found->second;
  }
  std::optional<std::string> bytes(const std::string& id) const {
    const auto found = files_.find(id);
    return found == files_.end() ? std::nullopt : read_file(found->second);
  }

 private:
  std::string identity(const std::string& path) {
    char text[64];
    const ssize_t size = lgetxattr(path.c_str(), kIdentity, text, sizeof text);
    if (size > 0) return std::string(text, static_cast<std::size_t>(size));
    const std::string made = "n" + std::to_string(next_id_++);
    set_identity(path, made);
    return made;
  }

  void scan(const std::string& id, const std::string& path) {
    Folder found{.path = path, .names = {}};
    DIR* entries = opendir(path.c_str());
    must(entries != nullptr, path);
    while (const dirent* entry = readdir(entries)) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      const std::string where = path + "/" + name;
      found.names.push_back({.id = identity(where), .folder = entry->d_type == DT_DIR, .name = name});
    }
    closedir(entries);
    std::ranges::sort(found.names, {}, &Name::name);
    for (const auto& each : found.names) {
      const std::string where = path + "/" + each.name;
      if (each.folder) {
        scan(each.id, where);
      } else {
        files_[each.id] = where;
      }
    }
    folders_[id] = std::move(found);
  }

  std::uint64_t& next_id_;
  std::string root_;
  std::unordered_map<std::string, Folder> folders_;
  std::unordered_map<std::string, std::string> files_;
};

// All that is there now is durable.
void adopt(const Tree& tree, const std::string& mirror) {
  mkdir(mirror.c_str(), 0700);
  std::unordered_set<std::string> stale;
  DIR* entries = opendir(mirror.c_str());
  must(entries != nullptr, mirror);
  while (const dirent* entry = readdir(entries)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") stale.insert(name);
  }
  closedir(entries);
  const auto keep = [&](const std::string& id, const std::string& bytes) {
    const std::string path = mirror + "/" + id;
    if (stale.erase(id) == 0 || read_file(path) != bytes) write_file(path, bytes);
  };
  for (const auto& [id, folder] : tree.folders()) keep(id, to_text(folder.names));
  for (const auto& [id, path] : tree.files()) keep(id, *read_file(path));
  for (const auto& name : stale) unlink((mirror + "/" + name).c_str());
}

class Cut {
 public:
  Cut(const Tree& now, std::string mirror, std::uint64_t seed, bool strict)
      : now_(now), mirror_(std::move(mirror)), random_(seed), strict_(strict) {
    const auto& root = *now_.folder(now_.root());
    plan(now_.root(), root.path, &root);
  }

  // Everything that is needed was read by now, so that files may go and come in any order. What is left is durable.
  void apply() const {
    for (const auto& path : removed_) remove_all(path);
    for (const auto& [path, id] : folders_) {
      must(mkdir(path.c_str(), 0700) == 0, path);
      set_identity(path, id);
    }
    for (const auto& each : files_) {
      write_file(each.path, each.bytes);
      set_identity(each.path, each.id);
    }
    for (const auto& [id, bytes] : durable_) write_file(mirror_ + "/" + id, bytes);
  }

 private:
  struct File {
    std::string path, id, bytes;
  };

  std::uint64_t random() {  // SplitMix64
    std::uint64_t z = random_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  bool coin() { return (random() & 1) != 0; }

  // `there`: the folder, if it is at `path` now.
  void plan(const std::string& id, const std::string& path, const Tree::Folder* there) {
    std::map<std::string, const Name*> left;  // of what is there, not wanted so far
    if (there) {
      for (const auto& each : there->names) left[each.name] = &each;
    } else {
      folders_.emplace_back(path, id);
    }
    for (const auto& each : names(id)) {
      const std::string where = path + "/" + each.name;
      const auto found = left.find(each.name);
      const bool same = found != left.end() && *found->second == each;
      if (found != left.end() && !same) removed_.push_back(where);
      if (found != left.end()) left.erase(found);
      if (each.folder) {
        plan(each.id, where, same ? now_.folder(each.id) : nullptr);
      } else {
        plan_file(each.id, where, same);
      }
    }
    for (const auto& [name, _] : left) removed_.push_back(path + "/" + name);
  }

  // A journal keeps changes of names in order: all of them, or none here.
  Names names(const std::string& id) {
    const auto durable = read_file(mirror_ + "/" + id);
    const auto* folder = now_.folder(id);
    const auto current = folder ? to_text(folder->names) : std::string();
    if (folder && durable == current) return folder->names;
    if (durable && (strict_ || !folder || coin())) return to_names(*durable);
    Names made = folder && !strict_ ? folder->names : Names();
    durable_[id] = to_text(made);
    return made;
  }

  // `there`: it is at `path` now.
  void plan_file(const std::string& id, const std::string& path, bool there) {
    const auto durable = read_file(mirror_ + "/" + id);
    const auto current = now_.bytes(id);
    if (there && durable && durable == current) return;
    auto& made = made_.try_emplace(id, bytes(durable.value_or(""), current)).first->second;  // it may have two names
    if (made != durable) durable_[id] = made;
    if (!there || made != current) files_.push_back({path, id, made});
  }

  std::string bytes(const std::string& durable, const std::optional<std::string>& current) {
    if (strict_ || !current || *current == durable) return durable;
    const std::size_t size = coin() ? durable.size() : current->size();
    std::string mixed;
    for (std::size_t at = 0; at < size; at += kPage) {
      const auto& from = coin() ? durable : *current;
      std::string page = at < from.size() ? from.substr(at, kPage) : std::string();
      page.resize(std::min(kPage, size - at), '\0');
      mixed += page;
    }
    return mixed;
  }

  const Tree& now_;
  std::string mirror_;
  std::uint64_t random_;
  bool strict_;
  std::vector<std::string> removed_;
  std::vector<std::pair<std::string, std::string>> folders_;
  std::vector<File> files_;
  std::unordered_map<std::string, std::string> made_;     // files whose bytes were chosen
  std::unordered_map<std::string, std::string> durable_;  // what changes in the mirror
};

}  // namespace

extern "C" {

void disk_adopt(const char* root, const char* mirror, std::uint64_t* next_id) { adopt(Tree(root, *next_id), mirror); }

void disk_power_cut(const char* root, const char* mirror, std::uint64_t* next_id, std::uint64_t seed, int strict) {
  const Tree now(root, *next_id);
  Cut(now, mirror, seed, strict != 0).apply();
}

}  // extern "C"
