#include <algorithm>

#include "report/html_sections.h"

namespace rounds {

namespace {

constexpr int kWidth = 360, kHeight = 120, kFloor = 110, kTop = 10;

/// From the score or a share in percent to a height in the picture.
int height_of(std::int64_t percent) { return kFloor - static_cast<int>(percent) * (kFloor - kTop) / 100; }

int middle_of(std::size_t i, std::size_t count) { return static_cast<int>((2 * i + 1) * kWidth / (2 * count)); }

/// The findings as bars, critical ones at the bottom; as high as half the picture where there are most.
void draw_bars(Html& page, const std::vector<HistoryPoint>& points) {
  std::int64_t most = 1;
  for (const HistoryPoint& point : points) most = std::max(most, point.critical + point.warning + point.info);
  const int width = std::min(16, kWidth / static_cast<int>(2 * points.size()));
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::int64_t below = 0;
    const auto bar = [&](std::int64_t count, const char* severity) {
      if (count == 0) return;
      const int bottom = height_of(50 * below / most), top = height_of(50 * (below + count) / most);
      page.put("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", severity,
               middle_of(i, points.size()) - width / 2, top, width, bottom - top);
      below += count;
    };
    bar(points[i].critical, "critical");
    bar(points[i].warning, "warning");
    bar(points[i].info, "info");
  }
}

/// The score as a line, with a gap where there was none.
void draw_score(Html& page, const std::vector<HistoryPoint>& points) {
  std::string line, dots;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i].score) {
      line += ' ';
      continue;
    }
    const int x = middle_of(i, points.size()), y = height_of(*points[i].score);
    line += fmt::format("{}{} {}", line.empty() || line.back() == ' ' ? "M" : "L", x, y);
    dots += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"3\"/>", x, y);
  }
  page.put("<path d=\"{}\"/>{}", line.empty() ? "M0 0" : line, dots);
}

void draw(Html& page, const std::string& name, const std::vector<HistoryPoint>& points) {
  page.put("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">", kWidth, kHeight,
           page.fill("trend_picture", name));
  page.put("<path class=\"axis\" d=\"M0 {}H{}M0 {}H{}\"/>", kTop, kWidth, kFloor, kWidth);
  page.put("<text x=\"2\" y=\"{}\">100</text><text x=\"2\" y=\"{}\">0</text>", kTop - 2, kHeight);
  draw_bars(page, points);
  draw_score(page, points);
  page.raw("</svg>\n");
}

void tabulate(Html& page, const std::string& name, const std::vector<HistoryPoint>& points) {
  page.open_table(page.fill("trend_of", name, points.size()),
                  {"at", "score", "severity.critical", "severity.warning", "severity.info"});
  for (const HistoryPoint& point : points) {
    page.put("<tr><td>{}</td><td class=\"n\">{}</td>", escape_html(brief(point.at)),
             point.score ? std::to_string(*point.score) : std::string(page.say("na")));
    page.put("<td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n", point.critical,
             point.warning, point.info);
  }
  page.close_table();
}

}  // namespace

void write_trends(Html& page, const Document& document, const History& history) {
  page.open_section("trends", "trends");
  std::string alone;
  bool drawn = false;
  for (const DocumentTarget& target : document.targets) {
    const std::string name = escape_html(target.name);
    const auto points = history.find(target.name);
    if (points == history.end() || points->second.size() < 2) {
      alone += (alone.empty() ? "" : std::string(page.say("list"))) + name;
      continue;
    }
    if (!drawn) page.put("<p>{}</p>\n", page.say("trend_legend"));
    drawn = true;
    page.raw("<div class=\"trend\">\n");
    draw(page, name, points->second);
    tabulate(page, name, points->second);
    page.raw("</div>\n");
  }
  if (!alone.empty()) page.put("<p>{}</p>\n", page.fill("no_trend", alone));
  page.close_section();
}

}  // namespace rounds
