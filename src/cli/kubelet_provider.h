// The kubelet's image credential provider protocol, credentialprovider.kubelet.k8s.io/v1 ("Configure a kubelet image
// credential provider" of the Kubernetes documentation): one CredentialProviderRequest on standard input, one
// CredentialProviderResponse on standard output.
#pragma once

#include <string_view>

#include "cli/broker.h"
#include "cli/docker_helper.h"

namespace berth::cli {

// The annotation of a service account that names the role to pull as, when the kubelet hands over the pod's token
// (tokenAttributes). The same as ECR's own provider reads; AWS_ECR_ROLE_ARN names the role of all others.
inline constexpr std::string_view kRoleAnnotation = "eks.amazonaws.com/ecr-role-arn";

// Ends with 1 and a sentence on standard error if there is no login for the image.
Spoken kubelet_provider(std::string_view request, const Broker& broker, const Environment& environment,
                        const base::Clock& clock);

}  // namespace berth::cli
