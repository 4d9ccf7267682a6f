// What malloc does with memory that a server frees: keeps it for the next request.
#pragma once

namespace ringlab {

// Call first in main. By default malloc gives the end of its heap back to the kernel as soon as
// 128 KiB of it are free and asks for it again with the next reply: at 16 KiB a value that is a
// seventh of a node's time, in page faults. From now on it keeps up to 64 MiB at the end of a heap,
// and maps only blocks of 4 MiB and more on their own. The settings of mallopt(3), glibc's alone.
void KeepFreedMemory();

}  // namespace ringlab
