// One TLS connection. Encrypts many records into memory and sends them with one system call: a write(2) for each record
// of 16 KiB would cost more than the encryption.
#pragma once

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "net/transport.h"

namespace berth::net {

struct OpensslDelete {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};
using SslContext = std::unique_ptr<SSL_CTX, OpensslDelete>;
using Ssl = std::unique_ptr<SSL, OpensslDelete>;
using BioMethod = std::unique_ptr<BIO_METHOD, OpensslDelete>;

// A BIO that appends what is written to the std::string that is its data.
BioMethod collecting_bio_method();

// `owner` keeps `context` and `method` alive. See TlsContext::accept.
std::unique_ptr<Transport> tls_transport(std::shared_ptr<void> owner, SSL_CTX* context, BIO_METHOD* method, int socket,
                                         std::string& cipher);

}  // namespace berth::net
