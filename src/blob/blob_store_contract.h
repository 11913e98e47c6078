// What every BlobStore keeps to. A backend runs it with INSTANTIATE_TEST_SUITE_P(Name, BlobStoreContract,
// Values(make)).
#pragma once

#include "blob/blob_contract.h"
#include "blob/upload_contract.h"
