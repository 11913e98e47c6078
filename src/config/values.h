// The spelling of values: sizes, durations, and the texts that have a form.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::config {

// 65536, 64KiB, 4MiB, 1GiB, 2TiB. Powers of 1024 only: "64k" and "64KB" mean different things to different people.
std::optional<std::uint64_t> parse_size(std::string_view text);
std::string show_size(std::uint64_t bytes);

// 250ms, 30s, 15m, 12h, 7d. A number without a unit is refused.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
std::string show_duration(std::chrono::milliseconds duration);

bool is_host_port(std::string_view text);        // 127.0.0.1:5000, [::1]:5000, localhost:0
bool is_account(std::string_view text);          // 12 digits
bool is_region(std::string_view text);           // us-east-1
bool is_domain(std::string_view text);           // amazonaws.com
bool is_network(std::string_view text);          // 10.0.0.0/8, ::1, 192.0.2.7
bool is_host_or_network(std::string_view text);  // idp.internal, or as is_network
bool is_http_url(std::string_view text);         // https://registry.example.com, no path
bool is_database_url(std::string_view text);     // postgres://user:password@host/name

// The URL with its password, and any password= parameter, replaced by ***.
std::string mask_password(std::string_view url);

}  // namespace berth::config
