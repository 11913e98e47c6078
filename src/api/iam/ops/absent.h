// What Berth's accounts never have (service/iam/absent.h): lists that are empty, things that are not found.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/iam/call.h"
#include "api/iam/paging.h"
#include "api/iam/shapes.h"

namespace berth::api::iam {

struct Nothing {  // an element of a list that never has any
  template <class F>
  void fields(F&) {}
};

// An answer whose list is called List::kName, and which has pages.
template <class List>
struct EmptyList {
  std::vector<Nothing> nothing;
  PageEnd end;

  template <class F>
  void fields(F& f) {
    f.opt(List::kMember, nothing);
    end.page_fields(f);
  }
};

// List::kAction is what is asked for; List::request_fields are its model's own members.
template <class List>
struct EmptyListRequest : Paged, List {
  template <class F>
  void fields(F& f) {
    List::request_fields(f);
    page_fields(f);
  }
};

struct OptionalExistingUser {
  std::optional<std::string> user;
  template <class F>
  void request_fields(F& f) {
    f.opt("UserName", user, kLongNameLength, kName);
  }
};
struct OptionalUser {
  std::optional<std::string> user;
  template <class F>
  void request_fields(F& f) {
    f.opt("UserName", user, kNameLength, kName);
  }
};
struct ByPath {
  std::string path_prefix = "/";
  template <class F>
  void request_fields(F& f) {
    f.opt("PathPrefix", path_prefix, kPathLength, kPathPrefix);
  }
};

struct MfaDevices : OptionalExistingUser {
  static constexpr std::string_view kMember = "MFADevices", kAction = "iam:ListMFADevices";
};
struct SigningCertificates : OptionalExistingUser {
  static constexpr std::string_view kMember = "Certificates", kAction = "iam:ListSigningCertificates";
};
struct SshPublicKeys : OptionalUser {
  static constexpr std::string_view kMember = "SSHPublicKeys", kAction = "iam:ListSSHPublicKeys";
};
struct ServiceCredentials : OptionalUser {
  static constexpr std::string_view kMember = "ServiceSpecificCredentials",
                                    kAction = "iam:ListServiceSpecificCredentials";
  std::optional<std::string> service;
  std::optional<bool> all_users;
  template <class F>
  void request_fields(F& f) {
    OptionalUser::request_fields(f);
    f.opt("ServiceName", service);
    f.opt("AllUsers", all_users);
  }
};
struct InstanceProfiles : ByPath {
  static constexpr std::string_view kMember = "InstanceProfiles", kAction = "iam:ListInstanceProfiles";
};
struct ServerCertificates : ByPath {
  static constexpr std::string_view kMember = "ServerCertificateMetadataList", kAction = "iam:ListServerCertificates";
};

enum class AssignmentStatus : std::uint8_t { assigned, unassigned, any };
inline constexpr auto kAssignmentStatusNames =
    std::to_array<std::pair<std::string_view, AssignmentStatus>>({{"Assigned", AssignmentStatus::assigned},
                                                                  {"Unassigned", AssignmentStatus::unassigned},
                                                                  {"Any", AssignmentStatus::any}});
constexpr const auto& enum_names(AssignmentStatus) { return kAssignmentStatusNames; }
struct VirtualMfaDevices {
  static constexpr std::string_view kMember = "VirtualMFADevices", kAction = "iam:ListVirtualMFADevices";
  std::optional<AssignmentStatus> status;
  template <class F>
  void request_fields(F& f) {
    f.opt("AssignmentStatus", status);
  }
};

template <class List>
base::Result<EmptyList<List>> none_of_user(const Call& call, EmptyListRequest<List> request) {
  BERTH_CHECK(call.iam.absent.of_user(call.scope, List::kAction, request.user));
  return EmptyList<List>{};
}
template <class List>
base::Result<EmptyList<List>> none_of_account(const Call& call, EmptyListRequest<List>) {
  BERTH_CHECK(call.iam.absent.of_account(call.scope, List::kAction));
  return EmptyList<List>{};
}

struct ProfilesForRole {
  static constexpr std::string_view kMember = "InstanceProfiles";
  std::string role;
  template <class F>
  void request_fields(F& f) {
    OfRole::field(f, role);
  }
};
base::Result<EmptyList<ProfilesForRole>> list_instance_profiles_for_role(const Call& call,
                                                                         EmptyListRequest<ProfilesForRole> request);

struct SamlProvidersResponse {
  std::vector<Nothing> providers;

  template <class F>
  void fields(F& f) {
    f.opt("SAMLProviderList", providers);
  }
};
base::Result<SamlProvidersResponse> list_saml_providers(const Call& call, NoMembers request);

struct LoginProfileRequest : OptionalUser {
  template <class F>
  void fields(F& f) {
    request_fields(f);
  }
};
struct LoginProfileResponse {
  Nothing profile;

  template <class F>
  void fields(F& f) {
    f.opt("LoginProfile", profile);
  }
};
base::Result<LoginProfileResponse> get_login_profile(const Call& call, LoginProfileRequest request);
base::Result<void> delete_login_profile(const Call& call, LoginProfileRequest request);

struct PasswordPolicyResponse {
  Nothing policy;

  template <class F>
  void fields(F& f) {
    f.opt("PasswordPolicy", policy);
  }
};
base::Result<PasswordPolicyResponse> get_account_password_policy(const Call& call, NoMembers request);

}  // namespace berth::api::iam
