#!/usr/bin/python3
"""lateness.py FILE [DUE]: how late the starts in a stamp file were, in ms: after DUE (seconds since 1970), or after the
whole second before each."""

import sys


def main():
    starts = sorted(int(line) / 1e9 for line in open(sys.argv[1]))
    due = float(sys.argv[2]) if len(sys.argv) > 2 else None
    late = sorted((at - (due if due is not None else int(at))) * 1000 for at in starts)
    at = lambda fraction: late[min(len(late) - 1, int(fraction * len(late)))]
    print(f"  n={len(late)}  p50 {at(0.5):.1f}  p99 {at(0.99):.1f}  last {late[-1]:.1f} ms")


main()
