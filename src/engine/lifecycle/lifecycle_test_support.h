// Repositories and policies for the tests of this room, told shortly. Header only.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "engine/lifecycle/plan.h"
#include "json/parse.h"
#include "json/writer.h"

namespace berth::engine::lifecycle {

inline const base::Timestamp kNow = base::from_micros(1'800'000'000'000'000);

inline base::Timestamp days_ago(double days) {
  return kNow - std::chrono::microseconds(static_cast<std::int64_t>(days * 86'400e6));
}

inline json::Value read_testdata(const std::string& file) {
  std::ifstream in(std::filesystem::path(__FILE__).parent_path() / "testdata" / file);
  return json::parse(std::string(std::istreambuf_iterator<char>(in), {})).value();
}

// [{"name": "A", "tags": ["v1"], "age": 3.5, "pulled": 1, "activated": 2, "archived": 100, "storage": "archive",
//   "subject": "B", "members": ["C"]}, ..]: times are ages in days. A name's digest is that of its text, so images of
// one time have an order that the name does not show.
class NamedRepository {
 public:
  explicit NamedRepository(const json::Array& images) {
    for (const json::Value& each : images) add(each);
    for (const json::Value& each : images) connect(each);
  }

  const Repository& repository() const { return repository_; }
  const std::string& name(ImageIndex image) const { return names_.at(image); }
  ImageIndex find(const std::string& name) const { return indexes_.at(name); }

 private:
  void add(const json::Value& each) {
    const std::string& name = *each.find_string("name");
    Image image{.digest = model::Digest::from_raw(model::DigestAlgorithm::sha256, crypto::sha256(base::as_bytes(name))),
                .pushed = days_ago(each.find("age")->as_double().value())};
    if (const auto* tags = each.find("tags")) {
      for (const json::Value& tag : *tags->as_array()) image.tags.push_back(*tag.as_string());
    }
    const auto time = [&](const char* member, std::optional<base::Timestamp>& field) {
      if (const auto* age = each.find(member)) field = days_ago(age->as_double().value());
    };
    time("pulled", image.pulled);
    time("activated", image.activated);
    time("archived", image.archived);
    if (const auto* storage = each.find_string("storage"); storage && *storage == "archive") {
      image.storage = StorageClass::archive;
    }
    if (!indexes_.emplace(name, static_cast<ImageIndex>(names_.size())).second) throw std::logic_error(name + " twice");
    names_.push_back(name);
    repository_.images.push_back(std::move(image));
  }

  void connect(const json::Value& each) {
    const ImageIndex image = find(*each.find_string("name"));
    if (const auto* subject = each.find_string("subject")) repository_.images[image].subject = find(*subject);
    if (const auto* members = each.find("members")) {
      for (const json::Value& member : *members->as_array()) {
        repository_.memberships.push_back({.list = image, .member = find(*member.as_string())});
      }
    }
  }

  Repository repository_;
  std::vector<std::string> names_;
  std::map<std::string, ImageIndex> indexes_;
};

}  // namespace berth::engine::lifecycle
