// What every page is made of besides its text: the style sheet and the script that stand in it.
#pragma once

namespace ringlab::html {

extern const char* const kPageStyle;
extern const char* const kPageScript;
extern const char* const kPageScriptHash;  // its SHA-256, as the page's policy names it

}  // namespace ringlab::html
