// GetOnlyTransport: what a test's transport is made from that is asked for nothing but Gets.
#pragma once

#include <vector>

#include "core/transport.h"

namespace ringlab {

class GetOnlyTransport : public Transport {
 public:
  void GetMany(std::string_view, const GetManyRequest& request, GetManyCallback done) override {
    done(std::vector<Result<GetReply>>(request.keys.size(), Refused()));
  }
  void Peek(std::string_view, const GetRequest&, PeekCallback done) override { done(Refused()); }
  void Set(std::string_view, const SetRequest&, WriteCallback done) override { done(Refused()); }
  void Remove(std::string_view, const RemoveRequest&, WriteCallback done) override {
    done(Refused());
  }

 private:
  static tl::unexpected<Error> Refused() {
    return Fail(Code::kUnimplemented, "this transport of a test takes Gets alone");
  }
};

}  // namespace ringlab
