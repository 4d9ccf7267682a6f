#include "core/source/published_sizes.h"

#include <algorithm>
#include <array>

namespace ringlab {

namespace {

constexpr SizeStep kKvcacheValues[] = {{0, 7},           {0.00076, 63},   {0.13244, 95},
                                       {0.37244, 127},   {0.86361, 159},  {0.90611, 191},
                                       {0.93049, 255},   {0.95079, 351},  {0.96184, 479},
                                       {0.9698, 511},    {0.97727, 639},  {0.98657, 767},
                                       {0.99102, 1023},  {0.99459, 1663}, {0.99611, 2751},
                                       {0.99734, 4383},  {0.9981, 8191},  {0.99868, 16383},
                                       {0.99923, 32767}, {0.9996, 98303}, {0.99983, 262143},
                                       {1, 523487}};

constexpr SizeStep kCdnValues[] = {{0, 7},
                                   {0.00053, 31},
                                   {0.16982, 63},
                                   {0.17623, 1343},
                                   {0.19238, 1919},
                                   {0.24613, 3071},
                                   {0.27723, 4127},
                                   {0.3389, 6559},
                                   {0.39694, 9215},
                                   {0.46109, 13055},
                                   {0.53451, 18431},
                                   {0.62719, 26623},
                                   {0.71798, 36863},
                                   {0.80315, 49151},
                                   {0.87847, 65535},
                                   {0.90708, 81919},
                                   {0.94085, 106495},
                                   {0.9639, 139263},
                                   {0.98235, 196607},
                                   {0.99115, 278527},
                                   {0.99513, 393215},
                                   {0.9978, 589823},
                                   {0.99898, 819199},
                                   {0.99977, 1310719},
                                   {1, 4176255}};

constexpr SizeStep kGraphValues[] = {
    {0, 7},          {0.0802, 31},    {0.17506, 63},    {0.23841, 95},    {0.31202, 127},
    {0.37164, 159},  {0.4579, 191},   {0.5316, 223},    {0.62439, 255},   {0.66656, 287},
    {0.70648, 319},  {0.76949, 351},  {0.81417, 383},   {0.84519, 415},   {0.88768, 479},
    {0.90022, 511},  {0.91978, 639},  {0.95169, 959},   {0.96657, 1023},  {0.9704, 1055},
    {0.98451, 1663}, {0.9878, 1855},  {0.99135, 2559},  {0.99415, 3135},  {0.99531, 4223},
    {0.9973, 4415},  {0.99808, 6559}, {0.99879, 16383}, {0.99937, 49151}, {0.99987, 61439},
    {1, 209727}};

constexpr SizeStep kKvcacheKeys[] = {{0, 15}, {1, 255}};
constexpr SizeStep kShortKeys[] = {{0, 0}, {0.3, 8}, {1, 64}};

constexpr std::array<SizeTable, 3> kValueSizes{
    {{"kvcache", kKvcacheValues}, {"cdn", kCdnValues}, {"graph", kGraphValues}}};
constexpr std::array<SizeTable, 3> kKeySizes{
    {{"kvcache", kKvcacheKeys}, {"cdn", kShortKeys}, {"graph", kShortKeys}}};

const SizeTable* Find(std::string_view name, const std::array<SizeTable, 3>& tables) {
  const auto found = std::ranges::find(tables, name, &SizeTable::name);
  return found == tables.end() ? nullptr : &*found;
}

}  // namespace

const SizeTable* FindValueSizes(std::string_view name) { return Find(name, kValueSizes); }

const SizeTable* FindKeySizes(std::string_view name) { return Find(name, kKeySizes); }

std::string PublishedSizeNames() { return "kvcache, cdn or graph"; }

}  // namespace ringlab
