// TurnEnd: who acts once at the end of a turn of its event loop, writes above all.
#pragma once

namespace ringlab {

class TurnEnd {
 public:
  virtual void OnTurnEnd() = 0;

  bool listed = false;  // by the loop

 protected:
  ~TurnEnd() = default;
};

}  // namespace ringlab
