// The file of an upload, and who may touch it.
#pragma once

#include <string>

#include "base/error.h"
#include "base/file.h"

namespace berth::blob::local {

enum class IfAbsent : bool { give_up, make };

// Opens the upload's file and locks it, for as long as the descriptor is open: whoever holds it is the only one, in any
// process, to write to it, rename it or delete it. An empty File if there is none and none is made; `upload_busy` if
// somebody else holds it. What comes back is named by the upload alone, never also by a blob.
base::Result<base::File> claim_upload(const base::File& uploads, const std::string& name, IfAbsent absent);

}  // namespace berth::blob::local
