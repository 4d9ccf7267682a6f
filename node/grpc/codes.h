// gRPC's status codes and ours, which have the same numbers: a code crosses the wire by a cast.
#pragma once

#include <grpcpp/support/status.h>

#include "core/base/result.h"

namespace ringlab {

template <Code kOurs, grpc::StatusCode kTheirs>
constexpr bool kSameCode = static_cast<int>(kOurs) == static_cast<int>(kTheirs);

static_assert(kSameCode<Code::kCancelled, grpc::CANCELLED>);
static_assert(kSameCode<Code::kUnknown, grpc::UNKNOWN>);
static_assert(kSameCode<Code::kInvalidArgument, grpc::INVALID_ARGUMENT>);
static_assert(kSameCode<Code::kDeadlineExceeded, grpc::DEADLINE_EXCEEDED>);
static_assert(kSameCode<Code::kNotFound, grpc::NOT_FOUND>);
static_assert(kSameCode<Code::kAlreadyExists, grpc::ALREADY_EXISTS>);
static_assert(kSameCode<Code::kPermissionDenied, grpc::PERMISSION_DENIED>);
static_assert(kSameCode<Code::kResourceExhausted, grpc::RESOURCE_EXHAUSTED>);
static_assert(kSameCode<Code::kFailedPrecondition, grpc::FAILED_PRECONDITION>);
static_assert(kSameCode<Code::kAborted, grpc::ABORTED>);
static_assert(kSameCode<Code::kOutOfRange, grpc::OUT_OF_RANGE>);
static_assert(kSameCode<Code::kUnimplemented, grpc::UNIMPLEMENTED>);
static_assert(kSameCode<Code::kInternal, grpc::INTERNAL>);
static_assert(kSameCode<Code::kUnavailable, grpc::UNAVAILABLE>);
static_assert(kSameCode<Code::kDataLoss, grpc::DATA_LOSS>);
static_assert(kSameCode<Code::kUnauthenticated, grpc::UNAUTHENTICATED>);

inline Code CodeOf(grpc::StatusCode code) { return static_cast<Code>(code); }
inline grpc::StatusCode StatusCodeOf(Code code) { return static_cast<grpc::StatusCode>(code); }

}  // namespace ringlab
