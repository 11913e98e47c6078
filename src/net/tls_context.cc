#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string_view>
#include <utility>

#include "net/tls.h"
#include "net/tls_transport.h"

namespace berth::net {
namespace {

// HTTP/2 goes here, before http/1.1, once it is spoken.
constexpr unsigned char kProtocols[] = "\x08http/1.1";

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  unsigned char* chosen = nullptr;
  const int result =
      SSL_select_next_proto(&chosen, out_size, kProtocols, sizeof(kProtocols) - 1, offered, offered_size);
  *out = chosen;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// An encrypted key is an error, not a question on the terminal.
int no_password(char*, int, int, void*) { return -1; }

std::unexpected<base::Error> failure(const std::string& what) {
  std::string text = what;
  if (const auto code = ERR_get_error()) {
    const char* reason = ERR_reason_error_string(code);
    text += std::string(": ") + (reason ? reason : "error " + std::to_string(code));
  }
  ERR_clear_error();
  return base::fail(base::Errc::invalid_parameter, std::move(text));
}

void configure(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_security_level(context, 2);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_password);
  constexpr std::string_view kName = "berth";  // tickets are good for every listener of this context
  SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(kName.data()), kName.size());
}

}  // namespace

struct TlsContext::Impl {
  SslContext context;
  BioMethod method;
};

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

base::Result<std::shared_ptr<TlsContext>> TlsContext::load(const TlsFiles& files) {
  ERR_clear_error();
  auto impl = std::make_unique<Impl>(SslContext(SSL_CTX_new(TLS_server_method())), collecting_bio_method());
  if (!impl->context || !impl->method) return failure("TLS is not available");
  auto* context = impl->context.get();
  configure(context);
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
    return failure("TLS certificate " + files.certificate);
  }
  // This also finds out whether key and certificate belong together.
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return failure("TLS key " + files.key);
  }
  struct Shared : TlsContext {
    explicit Shared(std::unique_ptr<Impl> made) : TlsContext(std::move(made)) {}
  };
  return std::make_shared<Shared>(std::move(impl));
}

std::unique_ptr<Transport> TlsContext::accept(int socket, std::string& cipher) {
  return tls_transport(shared_from_this(), impl_->context.get(), impl_->method.get(), socket, cipher);
}

}  // namespace berth::net
