#pragma once
#include <string>
#include <vector>

namespace rounds {

/// The job's part, `tree FILE KIND...`: leaves children around. Each of them, and the job itself, appends its process
/// id to FILE and then does nothing until it is killed. KIND is one of
///   child    a plain child                      stubborn  a child that ignores TERM
///   orphan   its parent is gone                 session   in a session of its own, its parent gone
///   holder   as session, without environment: only the job's standard output, still open, tells whose it is
///   self     no child: the job itself ignores TERM
/// Returns 125 when it could not play its part, else never.
int play_tree(const std::vector<std::string>& words);

}  // namespace rounds
