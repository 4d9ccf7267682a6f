// Texts that other implementations of HdrHistogram wrote or read, and what they hold.
#pragma once

#include <string_view>

namespace ringlab {

// The first interval of jHiccup's sample log: 2 digits, from 20,000 to 3,600,000,000,000.
inline constexpr std::string_view kHiccups =
    "HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISEuATEZMQ4uASkhIR4nrxg9v2lMaxhvMekILGZkKm"
    "cCAEf2CsI=";

// 1, 2, 2, 1000, 1e6, 1e6 and 250e6 at 3 digits, from 1 to 3.6e12; hdr-histogram-js reads it so.
inline constexpr std::string_view kSevenValues =
    "HISTFAAAAC142pNpmSzMwMDAywABzFCaEch0M9ixgMH+A1SEieUkP9P7eYwsC+uZAJ5IB+w=";

}  // namespace ringlab
