// Tells systemd, or what speaks as it does, how the server is: sd_notify(3), which describes the protocol and
// recommends to do without its library.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace berth::app {

class ServiceManager {
 public:
  // `socket`: a path, or after "@" an abstract name. Empty: nobody is told.
  explicit ServiceManager(std::string socket) : socket_(std::move(socket)) {}

  // Such as "READY=1". Best effort: whoever listens notices silence.
  void tell(std::string_view state) const;

 private:
  const std::string socket_;
};

}  // namespace berth::app
