// All services of identities, over one Core: what doors are given.
#pragma once

#include "service/iam/absent.h"
#include "service/iam/access_keys.h"
#include "service/iam/account_info.h"
#include "service/iam/entity_policies.h"
#include "service/iam/oidc_providers.h"
#include "service/iam/organization.h"
#include "service/iam/policies.h"
#include "service/iam/roles.h"
#include "service/iam/simulation.h"
#include "service/iam/tags.h"
#include "service/iam/users.h"

namespace berth::service::iam {

// Stateless; safe from any thread; `core` and `keys` outlive it.
struct Services {
  Services(const Core& core, const auth::KeyRing& keys)
      : users(core),
        groups(core),
        roles(core),
        access_keys(core, keys),
        policies(core),
        entity_policies(core),
        tags(core),
        oidc_providers(core),
        account(core),
        simulation(core),
        absent(core),
        accounts(core, keys),
        organization(core) {}

  UserService users;
  GroupService groups;
  RoleService roles;
  AccessKeyService access_keys;
  PolicyService policies;
  EntityPolicyService entity_policies;
  TagService tags;
  OidcProviderService oidc_providers;
  AccountInfoService account;
  SimulationService simulation;
  AbsentService absent;
  AccountService accounts;
  OrganizationService organization;
};

}  // namespace berth::service::iam
