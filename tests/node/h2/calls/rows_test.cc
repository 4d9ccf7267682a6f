// The health service, whose messages are read and written by hand.
#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "node/h2/calls/health_rows.h"
#include "node/h2/calls/method_index.h"

using namespace ringlab;  // NOLINT(google-build-using-namespace): a test

TEST_CASE("h2 health: requests") {
  CHECK(ReadHealthRequest("") == "");
  CHECK(ReadHealthRequest(std::string("\x0a\x03"
                                      "abc")) == "abc");
  CHECK(ReadHealthRequest("\x0a\x01x\x0a\x01y") == "y");  // the last one counts
  CHECK(ReadHealthRequest(std::string("\x11"
                                      "12345678\x1d"
                                      "1234\x0a\x01x")) == "x");
  for (const char* none : {"\x0a", "\x0a\x02x", "\x0b", "\x11", "\x1d", "\xff", "\x03\x01"}) {
    CAPTURE(none);
    CHECK_FALSE(ReadHealthRequest(none));
  }
  REQUIRE(rc::check("any bytes",
                    [](const std::string& bytes) { static_cast<void>(ReadHealthRequest(bytes)); }));
}

TEST_CASE("h2 health: a node as a whole and its services") {
  const auto health = std::make_shared<Health>(std::vector<std::string>{"b.B", "a.A"});
  const BuiltinMethods rows = HealthRows(health);
  const auto& check = rows[0].reply;
  const auto& watch = rows[1].reply;
  CHECK(check("") == "\x08\x02");
  health->SetServing(true);
  CHECK(check("") == "\x08\x01");
  CHECK(check("\x0a\x03"
              "a.A") == "\x08\x01");
  CHECK(check("\x0a\x01x").error().code == Code::kNotFound);
  CHECK(watch("\x0a\x01x") == "\x08\x03");
}

TEST_CASE("h2 index: paths of methods and of what is built in") {
  const MethodIndex index({{.service = "a.A", .name = "Get", .handler = {}}},
                          HealthRows(std::make_shared<Health>(std::vector<std::string>{})));
  REQUIRE(index.Find("/a.A/Get") != nullptr);
  CHECK(index.Find("/a.A/Get")->method->name == "Get");
  REQUIRE(index.Find("/grpc.health.v1.Health/Watch") != nullptr);
  CHECK(index.Find("/grpc.health.v1.Health/Watch")->builtin->shape ==
        BuiltinMethod::Shape::kFollow);
  CHECK(index.Find("/a.A/get") == nullptr);
  CHECK(index.Find("") == nullptr);
}
