// Keys and signatures made by another implementation (the Python package `cryptography`).
#include "crypto/public_key.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace berth::crypto {
namespace {

using namespace std::string_view_literals;

// base64url, over "message".
constexpr std::string_view kModulus =
    "p0aW6bHmjus2LVGXOjdjzNW6SyuepR-YGAqCrtuOdZoXYq1uCiKeAJNyKehKqNpO5HK_M7laVMeZAWF9fLo_4bUo4lf6rjFE"
    "xledGNSEDFiOF7ytmnXRuoA4f09bzld6LR6lG4kIFwuXLO9jSKmVguFSvVeCP-Fz_abXY1qzk-hVFN14ImlCmzPlmBTWknlr"
    "Oo04AB_IyLbaqbJM0fBX0UWSFAkJvLnGAHcu3OPK8XUdifDIGUa4udgb_kFzZbtL9YsPXbbPh4NDdrcdirSZRNZ4-EjXJ9RX"
    "mjPHE5cAtUYL8vexwsA2e8mmIgDpL4HFyi5P6UcEHqysDO2XUteU8w";
constexpr std::string_view kRs256 =
    "E7BQApsb80AhWBrImXHBYJJsGCEFNIM8ywZyroGcChUyMolcOBPZUbQ-n7kVLaZ5pj549t1GQvXE303PLG6AXKEXnwywU4Zi"
    "uYEOaU-ma0MH2ZPboV1oyueQCdTVxnpUCl_s85JmencxpPNKKQersulECfHX-JBQtB42Q1BgfCbdJ3DHJtHKmtSMdljWIb22"
    "FgiRXunCvvoo1kZqYdkTl8tf9sNjPRT-ppZvwpOOK5QhKqs1fOZUZJ4aacHWM-GQDUK0Q0yw7JPbHjyfyYiI3nI-Z4J2hITT"
    "V5cbxjzr0OQ0Ggcmogb_7AI5KcvWBhPEAmZmD7mLA68qUJhxQkYpnA";
constexpr std::string_view kRs384 =
    "KqrSnjqxiu9tf-OpGTRNluG6rBIGePMiPGAODl6ybYViV5vnl1OJTYCM_5bHeqD3hiyhqD-uczUO9dpKdO0rSpPzae5yws-9"
    "No6ARNK8Ga5JSIzRduCHDYmCJcy7v4XBlTBvz3uSSxCXJGsSDI-kpPUj__yDAKBJtz8AMoXFMoE99_j7sbirgI7ECnFd2XNe"
    "LYRnG6aY80KSOG6EaH91h2JEBUtdFxi-1--SKuNlrfS2vuVw1Gww-TpESvA3fDMiMbs4gksOViGRLQ0sHQ3mm0ZtNcdHaG2b"
    "82kjZEyvH0Q8SE3vq7_5aDA1YThr8mVu8mpTJ0vx0_hdR1mEOPPnNg";
constexpr std::string_view kRs512 =
    "VFMjIMzjJYwMzqJ2i_cJJ_U1mpgDWPeI3Oxr7G-Ji0L42BkgI9wVMV7z0xM2e8TEayTQCvYtY8CC9gIla1lR5mFphyqmDF2V"
    "siszL8R0DLkP_XBbyLp04PS3lZ4ZzSJdKVK4dwP-t_s2oTvr23YqFDIgpJkYgWXJb7b5a3LVzxa4BdDcq7Iflu87mOEuiwiF"
    "w9Mib5zZY8LJ2ZHyrHkTq0AKrfujDNNHP-JDrGMjJ5U7uGAd31hQcMrYzyM746I81g9rLvWJcNwmhkgdkXr-luiYkIysUeKK"
    "D-SbHaYxd9kgBE8e6zZoQvxiWo6W4wSsbyAT1xEnhEgCLu7DRddnvA";
constexpr std::string_view kPs256 =
    "nmAnSPpm_U3Ra8geDrLvMbhf_6F3xdNiHVJhlVdPRmFKJMXl7yZF0oNTIUbc--ZI8ADUNuWcirL6vnk-PtmjriXF0MEKpMg9"
    "htIrAAR_NNHoY5yR4c3znYS-N8qaccqplYJ3dX4LyEeTHG9_yxqEeFiS_gqmrnyLigtKYNX7m-ufttR86xObAWMnFDoEUtad"
    "wBxDX8kQ3c_rZQapa4T6JOQzI2GPDDernHr3gUBhvsUUVs57hefPMmT0x_1WJ1sLQFG1JkBW3PJoNws1o8pmnKGUuC_cEA8c"
    "1eOnUXbFjT3sFzDgUWxb2-v2MoPJXvaCpwZD4z50lQ4eqycXziWktg";
constexpr std::string_view kP256X = "1Xbggo9VHCWs6-hm-6lkPDzwXGtf4nIGkAHe5enMBP4",
                           kP256Y = "JHL0QYLsxqqq4vj_v02o8bqb1BP8HXMolcWtbdYGfLI";
constexpr std::string_view kEs256 =
    "s0o-uZ2qtD77hRI_KHtieD5IrxzBn3wAHXZoFOuGBOH4rkmFmYERIGTyTjWdsAm6LgLaTBPenUFjV6E9w8DaOA";
constexpr std::string_view kP384X = "J89eylfyvtbwy-0SdHy3mdcPRsDqRanfapicKffeHbsJRtZV0HvirBEgDQSIz6oU";
constexpr std::string_view kP384Y = "3EEsbuYoLLuniEN3scfwHfPMhBMcipue9HPWnQcGT97GjoXYnrPDH5q2LqO_r2Qx";
constexpr std::string_view kEs384 =
    "VBaAIms1CmIf2ZHUp5q66C-lOmbqC_2ZueWbcdP0xcYnelg8E1onkE8fnfrHWG0POyy-RxaDmRLTccvyeu_cGTwx9di9UXGv"
    "NtqC353gyUvaSLHF1oOoe6hpR6Rck3Ca";

std::string raw(std::string_view base64url) { return base::from_base64url(base64url).value(); }

PublicKey rsa() { return PublicKey::rsa(raw(kModulus), "\x01\x00\x01"sv).value(); }
PublicKey p256() { return PublicKey::ec(Curve::p256, raw(kP256X), raw(kP256Y)).value(); }
PublicKey p384() { return PublicKey::ec(Curve::p384, raw(kP384X), raw(kP384Y)).value(); }

struct Vector {
  SignatureAlgorithm algorithm;
  PublicKey key;
  std::string_view signature;
};
std::vector<Vector> vectors() {
  using enum SignatureAlgorithm;
  return {{rs256, rsa(), kRs256}, {rs384, rsa(), kRs384},  {rs512, rsa(), kRs512},
          {ps256, rsa(), kPs256}, {es256, p256(), kEs256}, {es384, p384(), kEs384}};
}

TEST(PublicKey, Verifies) {
  for (const auto& [algorithm, key, signature] : vectors()) {
    EXPECT_TRUE(key.verify(algorithm, base::as_bytes("message"), raw(signature))) << int(algorithm);
    EXPECT_FALSE(key.verify(algorithm, base::as_bytes("messagf"), raw(signature))) << int(algorithm);
    EXPECT_FALSE(key.verify(algorithm, base::as_bytes("message"), ""));
    EXPECT_FALSE(key.verify(algorithm, base::as_bytes("message"), raw(signature) + "x"));
    EXPECT_FALSE(key.verify(algorithm, base::as_bytes("message"), raw(signature).substr(1)));
    for (std::size_t i = 0; i < raw(signature).size(); i += 5) {
      std::string changed = raw(signature);
      changed[i] = static_cast<char>(changed[i] ^ 1);
      EXPECT_FALSE(key.verify(algorithm, base::as_bytes("message"), changed)) << int(algorithm) << " byte " << i;
    }
  }
}

TEST(PublicKey, EachSignatureUnderItsOwnAlgorithmAndKeyOnly) {
  const auto all = vectors();
  for (const auto& one : all) {
    for (const auto& other : all) {
      const bool same = one.signature == other.signature;
      EXPECT_EQ(one.key.verify(other.algorithm, base::as_bytes("message"), raw(one.signature)), same);
      EXPECT_EQ(other.key.verify(other.algorithm, base::as_bytes("message"), raw(one.signature)), same);
    }
  }
}

TEST(PublicKey, TrivialEcdsaSignatures) {
  EXPECT_FALSE(p256().verify(SignatureAlgorithm::es256, base::as_bytes("message"), std::string(64, '\0')));
  EXPECT_FALSE(p256().verify(SignatureAlgorithm::es256, base::as_bytes("message"), std::string(64, '\xff')));
}

TEST(PublicKey, RefusesNumbersThatAreNoKey) {
  const std::string exponent("\x01\x00\x01", 3);
  EXPECT_FALSE(PublicKey::rsa("", exponent));
  EXPECT_FALSE(PublicKey::rsa(raw(kModulus).substr(0, 128), exponent)) << "1024 bits";
  EXPECT_FALSE(PublicKey::rsa(std::string(128, '\0') + raw(kModulus).substr(0, 128), exponent)) << "with zeros before";
  EXPECT_FALSE(PublicKey::rsa(std::string(2048, '\xff'), exponent)) << "16384 bits";
  EXPECT_FALSE(PublicKey::rsa(raw(kModulus), ""));
  EXPECT_FALSE(PublicKey::rsa(raw(kModulus), "\x01"sv));
  EXPECT_FALSE(PublicKey::rsa(raw(kModulus), "\x02"sv));
  EXPECT_FALSE(PublicKey::rsa(raw(kModulus), std::string(9, '\x01')));
  EXPECT_FALSE(PublicKey::ec(Curve::p256, raw(kP256Y), raw(kP256X))) << "not on the curve";
  EXPECT_FALSE(PublicKey::ec(Curve::p256, std::string(32, '\0'), std::string(32, '\0')));
  EXPECT_FALSE(PublicKey::ec(Curve::p256, raw(kP384X), raw(kP384Y)));
  EXPECT_FALSE(PublicKey::ec(Curve::p384, raw(kP256X), raw(kP256Y)));
  EXPECT_FALSE(PublicKey::ec(Curve::p521, raw(kP384X), raw(kP384Y)));
  EXPECT_FALSE(PublicKey::ec(Curve::p521, std::string(66, '\1'), std::string(66, '\1')));
  EXPECT_FALSE(PublicKey::ec(Curve::p256, "", ""));
}

}  // namespace
}  // namespace berth::crypto
