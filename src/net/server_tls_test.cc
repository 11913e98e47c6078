// TLS, with certificates made here.
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "net/net_test_support.h"
#include "net/tls_transport.h"

namespace berth::net {
namespace {

struct CloseFile {
  void operator()(FILE* file) const { std::fclose(file); }
};
using StdFile = std::unique_ptr<FILE, CloseFile>;

// A self-signed certificate for `name` and its P-256 key, as PEM files.
void make_certificate(const TlsFiles& files, const std::string& name) {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate.get(), subject);
  X509_set_pubkey(certificate.get(), key.get());
  ASSERT_NE(X509_sign(certificate.get(), key.get(), EVP_sha256()), 0);
  const StdFile out(std::fopen(files.certificate.c_str(), "w")), secret(std::fopen(files.key.c_str(), "w"));
  ASSERT_TRUE(out && secret);
  PEM_write_X509(out.get(), certificate.get());
  PEM_write_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

class TlsClient final : public Client {
 public:
  explicit TlsClient(std::uint16_t port, int max_version = 0, const std::string& protocols = "")
      : Client(port), context_(SSL_CTX_new(TLS_client_method())), ssl_(nullptr) {
    if (max_version != 0) SSL_CTX_set_max_proto_version(context_.get(), max_version);
    if (!protocols.empty()) {
      SSL_CTX_set_alpn_protos(context_.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                              static_cast<unsigned>(protocols.size()));
    }
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), fd());
    shaken_ = SSL_connect(ssl_.get()) == 1;
    ERR_clear_error();
  }
  bool shaken() const { return shaken_; }
  std::string version() const { return SSL_get_version(ssl_.get()); }
  std::string protocol() const {
    const unsigned char* data = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &data, &size);
    return {reinterpret_cast<const char*>(data), size};
  }
  std::string subject() const {
    std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(ssl_.get()), X509_free);
    char text[100] = "";
    if (certificate)
      X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, text, sizeof(text));
    return text;
  }
  void rekey() { SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED); }

 protected:
  ssize_t put(std::string_view text) override {
    return SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
  }
  ssize_t get(char* data, std::size_t size) override { return SSL_read(ssl_.get(), data, static_cast<int>(size)); }

 private:
  SslContext context_;
  Ssl ssl_;
  bool shaken_ = false;
};

class TlsServerTest : public ServerTest {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "berth-tls-test-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    files = {.certificate = folder / "cert.pem", .key = folder / "key.pem"};
    make_certificate(files, "first");
    listener.tls = files;
  }
  void TearDown() override {
    ServerTest::TearDown();
    std::filesystem::remove_all(folder);
  }
  std::filesystem::path folder;
  TlsFiles files;
};

TEST_F(TlsServerTest, Serves12And13) {
  handler.reply = [](web::Request& request) { return web::Response{.body = request.scheme}; };
  const auto port = start();
  TlsClient newest(port), older(port, TLS1_2_VERSION), ancient(port, TLS1_1_VERSION);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(newest.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body, "https");
  EXPECT_EQ(older.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body, "https");
  EXPECT_EQ(newest.version(), "TLSv1.3");
  EXPECT_EQ(older.version(), "TLSv1.2");
  EXPECT_FALSE(ancient.shaken());
}

TEST_F(TlsServerTest, NegotiatesHttp11) {
  const auto port = start();
  EXPECT_EQ(TlsClient(port, 0, std::string("\x02h2\x08http/1.1")).protocol(), "http/1.1");
  EXPECT_EQ(TlsClient(port).protocol(), "");
  EXPECT_FALSE(TlsClient(port, 0, std::string("\x02h2")).shaken());
}

TEST_F(TlsServerTest, StreamsBothWays) {
  const auto record = upload();
  const auto port = start();
  const auto content = pattern(10'000'000);
  TlsClient client(port);
  client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n");
  client.send(std::string_view(content).substr(0, 5'000'000));
  client.rekey();
  client.send(std::string_view(content).substr(5'000'000));
  EXPECT_EQ(client.read_reply().body, "10000000");
  EXPECT_EQ(record->bytes, content);

  char path[] = "/tmp/berth-tls-test-XXXXXX";
  auto file = std::make_shared<base::File>(::mkstemp(path));
  ::unlink(path);
  ASSERT_EQ(::pwrite(file->fd(), content.data(), content.size(), 0), static_cast<ssize_t>(content.size()));
  handler.reply = [&](web::Request& request) {
    if (request.target == "/text") return web::Response{.body = content};
    return web::Response{.body = web::FileBody{file, 1'000, 9'000'000}};
  };
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(client.ask("GET /file HTTP/1.1\r\nHost: x\r\n\r\n").body, content.substr(1'000, 9'000'000));
    EXPECT_EQ(client.ask("GET /text HTTP/1.1\r\nHost: x\r\n\r\n").body, content);
  }
}

TEST_F(TlsServerTest, ASlowReaderGetsItAll) {
  const auto content = pattern(6'000'000);
  char path[] = "/tmp/berth-tls-test-XXXXXX";
  auto file = std::make_shared<base::File>(::mkstemp(path));
  ::unlink(path);
  ASSERT_EQ(::pwrite(file->fd(), content.data(), content.size(), 0), static_cast<ssize_t>(content.size()));
  handler.reply = [&](web::Request&) { return web::Response{.body = web::FileBody{file, 0, content.size()}}; };
  TlsClient client(start());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(300ms);
  EXPECT_EQ(client.read_reply().body, content);
}

TEST_F(TlsServerTest, PlainHttpGetsASentence) {
  const auto port = start();
  for (const auto* method : {"GET", "PATCH"}) {
    Client client(port);
    const auto reply = client.ask(std::string(method) + " / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(reply.status, 400);
    EXPECT_TRUE(reply.body.contains("https"));
  }
}

TEST_F(TlsServerTest, NoiseAndSilenceAreDropped) {
  options.limits.handshake_timeout = 100ms;
  const auto port = start();
  Client silent(port), noisy(port), half(port);
  noisy.send(std::string("\x16\x03\x01\x00\x05") + std::string(100, '\xff'));
  half.send("\x16\x03");
  noisy.read_to_end();
  EXPECT_TRUE(silent.closed_by_server());
  EXPECT_TRUE(half.closed_by_server());
  EXPECT_TRUE(TlsClient(port).shaken());
}

TEST_F(TlsServerTest, ReloadsOnRequestAndKeepsTheOldOnFailure) {
  const auto port = start();
  TlsClient before(port);
  EXPECT_EQ(before.subject(), "first");
  make_certificate(files, "second");
  EXPECT_EQ(TlsClient(port).subject(), "first");
  ASSERT_TRUE(server->reload_tls());
  EXPECT_EQ(TlsClient(port).subject(), "second");
  EXPECT_EQ(before.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);

  std::filesystem::resize_file(files.key, 20);
  const auto broken = server->reload_tls();
  ASSERT_FALSE(broken);
  EXPECT_TRUE(broken.error().message.contains(files.key));
  std::filesystem::remove(files.certificate);
  EXPECT_FALSE(server->reload_tls());
  EXPECT_EQ(TlsClient(port).subject(), "second");
  make_certificate({.certificate = folder / "other.pem", .key = files.key}, "third");
  make_certificate({.certificate = files.certificate, .key = folder / "other.key"}, "fourth");
  EXPECT_TRUE(server->reload_tls().error().message.contains("mismatch"));
}

TEST_F(TlsServerTest, DrainsIdleConnectionsAndHandshakes) {
  const auto port = start();
  TlsClient idle(port);
  idle.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  Client shaking(port);
  while (server->connections() < 2) std::this_thread::sleep_for(1ms);
  EXPECT_TRUE(server->drain(10s));
  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_TRUE(shaking.closed_by_server());
}

}  // namespace
}  // namespace berth::net
