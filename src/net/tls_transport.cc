#include "net/tls_transport.h"

#include <linux/sock_diag.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

namespace berth::net {
namespace {

constexpr std::size_t kRecord = std::size_t{16} * 1024;
constexpr std::size_t kBatch = std::size_t{256} * 1024;

int collect(BIO* bio, const char* data, int size) {
  static_cast<std::string*>(BIO_get_data(bio))->append(data, static_cast<std::size_t>(size));
  return size;
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

class Tls final : public Transport {
 public:
  Tls(std::shared_ptr<void> owner, Ssl ssl, int socket, std::string& cipher)
      : owner_(std::move(owner)), ssl_(std::move(ssl)), socket_(socket), cipher_(cipher) {}

  Io handshake() override {
    if (const auto io = flush(); io.state != IoState::done) return io;
    ERR_clear_error();
    const int result = SSL_accept(ssl_.get());
    const auto why = result == 1 ? IoState::done : reason(result);
    const auto io = ship();
    return io.state == IoState::done ? Io{.n = 0, .state = why} : io;  // asked again, SSL_accept says the same
  }

  Io receive(std::span<std::byte> out) override {
    ERR_clear_error();
    std::size_t n = 0;
    const int result = SSL_read_ex(ssl_.get(), out.data(), out.size(), &n);
    const auto why = result == 1 ? IoState::done : reason(result);
    const auto io = ship();  // an answer to a key update, perhaps; the next send() takes what is left
    if (io.state == IoState::failed) return io;
    return {.n = n, .state = why};
  }

  Io send(base::Bytes bytes, bool) override {
    if (const auto io = flush(); io.state != IoState::done) return io;
    const auto batch = room();
    Io io{.n = 0, .state = IoState::done};
    while (io.n < bytes.size() && cipher_.size() < batch) {
      ERR_clear_error();
      std::size_t n = 0;
      const int result = SSL_write_ex(ssl_.get(), &bytes[io.n], std::min(bytes.size() - io.n, kRecord), &n);
      io.n += n;
      if (result != 1) io.state = reason(result);
      if (result != 1) break;
    }
    if (ship().state == IoState::failed) io.state = IoState::failed;
    return io;
  }

  Io flush() override {
    const auto io = push(pending_);
    pending_.erase(0, io.n);
    if (pending_.empty()) std::string().swap(pending_);
    return io;
  }

  void finish() override {
    if (!SSL_is_init_finished(ssl_.get())) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ship();
  }

 private:
  IoState reason(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ: return IoState::want_read;
      case SSL_ERROR_WANT_WRITE: return IoState::want_write;
      case SSL_ERROR_ZERO_RETURN: return IoState::end;
      default: return IoState::failed;
    }
  }

  // Sends what was encrypted; what the socket does not take waits in pending_.
  Io ship() {
    Io io{.n = 0, .state = IoState::done};
    if (pending_.empty() && !cipher_.empty()) {
      io = push(cipher_);
      pending_.assign(cipher_, io.n);
    } else if (!cipher_.empty()) {
      pending_ += cipher_;
      io.state = IoState::want_write;
    }
    cipher_.clear();
    return io;
  }

  // Done: all of it; else what keeps the rest.
  Io push(std::string_view bytes) {
    Io io{.n = 0, .state = IoState::done};
    while (io.n < bytes.size()) {
      const auto n = ::send(socket_, bytes.data() + io.n, bytes.size() - io.n, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) {
        io.state = errno == EAGAIN || errno == EWOULDBLOCK ? IoState::want_write : IoState::failed;
        return io;
      }
      io.n += static_cast<std::size_t>(n);
    }
    return io;
  }

  // How much to encrypt at once: what the socket will take, so that a slow client does not make us keep much.
  std::size_t room() const {
    std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
    socklen_t size = sizeof(info);
    if (::getsockopt(socket_, SOL_SOCKET, SO_MEMINFO, info.data(), &size) != 0) return kRecord;
    const std::size_t all = info[SK_MEMINFO_SNDBUF];
    const std::size_t used = info[SK_MEMINFO_WMEM_QUEUED];
    return std::clamp(all > used ? (all - used) / 4 * 3 : 0, kRecord, kBatch);
  }

  std::shared_ptr<void> owner_;
  Ssl ssl_;
  int socket_;
  std::string& cipher_;
  std::string pending_;
};

}  // namespace

BioMethod collecting_bio_method() {
  BioMethod method(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "collect"));
  if (method) {
    BIO_meth_set_write(method.get(), collect);
    BIO_meth_set_ctrl(method.get(), control);
  }
  return method;
}

std::unique_ptr<Transport> tls_transport(std::shared_ptr<void> owner, SSL_CTX* context, BIO_METHOD* method, int socket,
                                         std::string& cipher) {
  Ssl ssl(SSL_new(context));
  BIO* in = BIO_new_socket(socket, BIO_NOCLOSE);
  BIO* out = BIO_new(method);
  if (!ssl || !in || !out) {
    BIO_free(in);
    BIO_free(out);
    return nullptr;
  }
  BIO_set_data(out, &cipher);
  BIO_set_init(out, 1);
  SSL_set_bio(ssl.get(), in, out);
  return std::make_unique<Tls>(std::move(owner), std::move(ssl), socket, cipher);
}

}  // namespace berth::net
