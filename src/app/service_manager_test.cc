#include "app/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/file.h"

namespace berth::app {
namespace {

// What systemd listens on; `name` begins with "@" for an abstract one.
class Listening {
 public:
  explicit Listening(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::ranges::copy(name, address.sun_path);
    if (name.starts_with('@')) address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(socket_.fd(), reinterpret_cast<const sockaddr*>(&address), size), 0) << name;
  }
  std::string heard() {
    std::array<char, 100> text{};
    const auto n = ::recv(socket_.fd(), text.data(), text.size(), 0);
    return n < 0 ? "nothing" : std::string(text.data(), static_cast<std::size_t>(n));
  }

 private:
  base::File socket_;
};

TEST(ServiceManager, IsTold) {
  for (const std::string& start : {testing::TempDir(), std::string("@")}) {
    const auto name = start + "berth-notify-" + std::to_string(::getpid());
    Listening listening(name);
    const ServiceManager manager(name);
    manager.tell("READY=1");
    EXPECT_EQ(listening.heard(), "READY=1") << name;
    manager.tell("STOPPING=1");
    EXPECT_EQ(listening.heard(), "STOPPING=1") << name;
    ::unlink(name.c_str());
  }
}

TEST(ServiceManager, MayBeAbsent) {
  ServiceManager("").tell("READY=1");
  ServiceManager("/no/such/socket").tell("READY=1");
  ServiceManager(std::string(1000, 'x')).tell("READY=1");
}

}  // namespace
}  // namespace berth::app
