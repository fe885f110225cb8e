#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rounds {

enum class Language { en, zh };

std::optional<Language> language_from_text(std::string_view text);

/// One text of the reports. A `{}` stands for what is put in, in the same order in every language.
struct Message {
  std::string_view id, en, zh;
};

/// All that reports say of themselves. `KIND.WORD` is a word of the document.
inline constexpr Message kMessages[] = {
    {"report", "Database inspection report", "数据库巡检报告"},
    {"inspection", "Inspection {}", "巡检报告第 {} 号"},
    {"comparison", "Inspection {} compared with {}", "巡检报告第 {} 号与第 {} 号对比"},
    {"contents", "Contents", "目录"},
    {"cover", "Subject of the inspection", "巡检对象"},
    {"scorecard", "Scorecard", "评分表"},
    {"changes", "What changed", "变化情况"},
    {"findings", "Findings", "发现的问题"},
    {"details", "Instances", "实例详情"},
    {"trends", "Trends", "趋势"},
    {"everything", "Everything checked", "全部检查项"},
    {"statements", "Our own statements", "巡检自身执行的语句"},
    {"signatures", "Signatures", "签字"},

    {"tier", "Tier", "巡检级别"},
    {"tier.daily", "daily", "日常"},
    {"tier.weekly", "weekly", "每周"},
    {"tier.monthly", "monthly", "每月"},
    {"tier.yearly", "yearly", "半年度"},
    {"at", "Inspected at", "巡检时间"},
    {"from_to", "{} to {}", "{} 至 {}"},
    {"asked_window", "Window asked for", "要求的时间窗口"},
    {"effective_window", "Effective window", "实际的时间窗口"},
    {"window_line", "Window {}, effective {}", "时间窗口 {}，实际 {}"},
    {"measured_window", "Measured by snapshots", "快照覆盖的时段"},
    {"not_measured", "not measured", "无快照"},
    {"inspector", "Inspector", "巡检程序"},
    {"rules", "Rules", "规则集校验值"},
    {"run", "Run", "运行编号"},
    {"moment",
     "Readings describe the moment of the inspection; only what is said to be of the window is of the window.",
     "读数反映巡检时刻的状态；仅注明属于时间窗口的内容才反映时间窗口。"},

    {"utc", "Times are in UTC.", "时间均为 UTC。"},

    {"business", "Business", "业务系统"},
    {"host", "Host", "主机"},
    {"instance", "Instance", "实例"},
    {"engine", "Engine", "数据库类型"},
    {"version", "Version", "版本"},
    {"address", "Address", "地址"},
    {"reached", "Reached", "能否连接"},
    {"yes", "yes", "是"},
    {"no", "no", "否"},
    {"none", "None.", "无。"},
    {"na", "n/a", "不适用"},

    {"score", "Score", "得分"},
    {"coverage", "Coverage", "覆盖率"},
    {"accepted", "Accepted", "已接受"},
    {"deduction", "Points off", "扣分"},
    {"looked", "{} of {} looked", "已查 {}/{}"},
    {"count_and_word", "{} {}", "{} 项{}"},
    {"scores", "Score and findings of each instance", "各实例得分与问题数"},
    {"categories", "Points off by category, with findings and how many checks could look",
     "各类别扣分、问题数与完成检查的项数"},
    {"score_rule",
     "The score is 100 less the points off: 20 for a critical finding, 5 for a warning, 1 for an info, at most 40 in a "
     "category. A critical finding caps it at 59. It is n/a where fewer than 80% of the checks could look.",
     "得分为 100 减去扣分：每项严重扣 20 分，警告扣 5 分，提示扣 1 分，每个类别最多扣 40 分。存在严重问题时得分不超过 "
     "59。"
     "完成的检查不足 80% 时不给出得分。"},
    {"score_line", "score {}, coverage {}%, {}", "得分 {}，覆盖率 {}%，{}"},
    {"no_findings", "no findings", "未发现问题"},
    {"list", ", ", "，"},
    {"colon", ": ", "："},

    {"category", "Category", "类别"},
    {"category.running", "running", "运行状态"},
    {"category.backup", "backup", "备份"},
    {"category.alerts", "alerts", "告警"},
    {"category.objects", "objects", "数据库对象"},
    {"category.security", "security", "安全"},
    {"category.parameters", "parameters", "参数"},
    {"category.host", "host", "主机"},
    {"category.performance", "performance", "性能"},
    {"severity", "Severity", "级别"},
    {"severity.critical", "critical", "严重"},
    {"severity.warning", "warning", "警告"},
    {"severity.info", "info", "提示"},
    {"outcome", "Outcome", "结果"},
    {"outcome.ok", "ok", "正常"},
    {"outcome.finding", "finding", "发现问题"},
    {"outcome.skipped", "skipped", "未检查"},
    {"outcome.error", "error", "出错"},
    {"outcome.accepted", "accepted", "已接受"},
    {"remedy_risk.online", "online: users go on working", "在线：不影响业务"},
    {"remedy_risk.locks", "locks: users may have to wait", "加锁：业务可能等待"},
    {"remedy_risk.restart", "restart: users are interrupted", "重启：业务会中断"},

    {"change", "Change", "变化"},
    {"change.new", "new", "新增"},
    {"change.worsened", "worsened", "加重"},
    {"change.persisting", "persisting", "持续"},
    {"change.resolved", "resolved", "已解决"},
    {"change.not_rechecked", "not re-checked", "未复查"},
    {"change.accepted", "accepted", "已接受"},
    {"changes_caption", "Findings beside those of the inspections before", "与以往巡检相比的问题"},
    {"no_changes", "No findings, now or before.", "本次与以往均未发现问题。"},
    {"first_seen", "First seen", "首次发现"},
    {"days_open", "Days open", "持续天数"},
    {"days", "{} days", "{} 天"},
    {"note", "Note", "备注"},
    {"was", "was {}", "原为{}"},
    {"accepted_by", "accepted by {}", "接受人：{}"},
    {"accepted_until", "until {}", "有效期至 {}"},
    {"accepted_for_good", "without end", "无期限"},
    {"since", "since {}", "自 {}"},

    {"check", "Check", "检查项"},
    {"title", "Title", "名称"},
    {"subject", "Subject", "对象"},
    {"found", "Found", "实测值"},
    {"threshold", "Threshold", "阈值"},
    {"found_beside", "{}, threshold {}", "{}，阈值 {}"},
    {"evidence", "Evidence", "证据"},
    {"cause", "Cause", "原因"},
    {"remedy", "Remedy", "处理建议"},
    {"remedy_risk", "Risk of the remedy", "处理风险"},
    {"risk", "Risk", "风险"},
    {"reason", "Reason", "说明"},
    {"took", "Took (ms)", "耗时（毫秒）"},
    {"where_found", "Where it was found", "问题所在"},
    {"not_ok", "Checks that were skipped, failed or whose finding was accepted, with the reason",
     "未检查、出错或已接受的检查项及说明"},
    {"looked_for", "{}, looked for and not found", "{}，已检查且未发现"},

    {"trend_of", "{}: the last {} inspections of this tier", "{}：同级别最近 {} 次巡检"},
    {"trend_picture", "Score of {} as a line, findings as bars", "{} 的得分（折线）与问题数（柱）"},
    {"trend_legend",
     "The line is the score. The bars are findings: critical ones at the bottom, then warnings, then infos.",
     "折线为得分，柱为问题数，自下而上为严重、警告、提示。"},
    {"no_trend", "No earlier inspection of this tier is stored for: {}.", "以下实例没有同级别的历史巡检：{}。"},

    {"statements_caption", "What the inspection itself sent to each instance", "巡检向各实例发送的语句"},
    {"asked_by", "Asked by", "发起的检查项"},
    {"count", "Count", "次数"},
    {"rows", "Rows", "行数"},
    {"statements_note",
     "Each with how often it was sent and its time in milliseconds. Their texts are in the JSON document.",
     "每项后为执行次数与耗时（毫秒）。语句全文见 JSON 文档。"},

    {"inspected_by", "Inspected by", "巡检人"},
    {"reviewed_by", "Reviewed by", "复核人"},
    {"date", "Date", "日期"},
    {"score_before", "Score before", "原得分"},
    {"score_now", "Score now", "现得分"},
    {"not_inspected", "not inspected", "未巡检"},
};

/// The place of a message in kMessages; one that is not there does not compile.
class MessageId {
 public:
  consteval MessageId(const char* id) : index_(place_of(id)) {}  // NOLINT: meant to convert
  constexpr std::size_t index() const { return index_; }

 private:
  static consteval std::size_t place_of(std::string_view id) {
    for (std::size_t i = 0; i < std::size(kMessages); ++i) {
      if (kMessages[i].id == id) return i;
    }
    throw "no such message";
  }
  std::size_t index_;
};

std::string_view say(Language language, MessageId id);
/// A word of the document, such as the severity `warning`; what the catalogue does not have stays as it is.
std::string word(Language language, std::string_view kind, std::string_view word);
/// The title of a check: in Chinese where the catalogue has it, else as the check gives it.
std::string title_of(Language language, std::string_view check, std::string_view title);

}  // namespace rounds
