// The words of gRPC over HTTP/2: names and values of header fields (PROTOCOL-HTTP2.md).
#pragma once

#include <string_view>

namespace ringlab::h2 {

inline constexpr std::string_view kMethod = ":method";
inline constexpr std::string_view kScheme = ":scheme";
inline constexpr std::string_view kPath = ":path";
inline constexpr std::string_view kAuthority = ":authority";
inline constexpr std::string_view kStatus = ":status";

inline constexpr std::string_view kTe = "te";
inline constexpr std::string_view kContentType = "content-type";
inline constexpr std::string_view kUserAgent = "user-agent";
inline constexpr std::string_view kAuthorization = "authorization";

inline constexpr std::string_view kGrpcTimeout = "grpc-timeout";
inline constexpr std::string_view kGrpcEncoding = "grpc-encoding";
inline constexpr std::string_view kGrpcAcceptEncoding = "grpc-accept-encoding";
inline constexpr std::string_view kGrpcStatus = "grpc-status";
inline constexpr std::string_view kGrpcMessage = "grpc-message";

inline constexpr std::string_view kPost = "POST";
inline constexpr std::string_view kTrailers = "trailers";
inline constexpr std::string_view kIdentity = "identity";
inline constexpr std::string_view kGrpc = "application/grpc";

// "application/grpc", alone or with "+proto" or ";charset=…": not "application/grpc-web".
constexpr bool IsGrpc(std::string_view content_type) {
  if (!content_type.starts_with(kGrpc)) return false;
  content_type.remove_prefix(kGrpc.size());
  return content_type.empty() || content_type[0] == '+' || content_type[0] == ';';
}

}  // namespace ringlab::h2
