#include "blob/memory_blob_store.h"

#include "blob/blob_store_contract.h"

namespace berth::blob {
namespace {

class MemoryHarness final : public BlobStoreHarness {
 public:
  BlobStore& store() override { return *store_; }
  void restart() override { store_ = std::make_unique<MemoryBlobStore>(contents_); }

 private:
  std::shared_ptr<MemoryBlobStore::Contents> contents_ = std::make_shared<MemoryBlobStore::Contents>();
  std::unique_ptr<MemoryBlobStore> store_ = std::make_unique<MemoryBlobStore>(contents_);
};

INSTANTIATE_TEST_SUITE_P(Memory, BlobStoreContract, testing::Values([] { return std::make_unique<MemoryHarness>(); }));

}  // namespace
}  // namespace berth::blob
