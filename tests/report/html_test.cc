#include "report/html.h"

#include <gmock/gmock.h>

#include <set>
#include <vector>

#include "report/style.h"
#include "sample.h"

namespace rounds {

namespace {

using testing::HasSubstr;
using testing::Not;

std::string sample_page() { return render_html(parse_document(kSample)); }

/// The name of a tag's element, with a slash in front for an end tag.
std::string name_of(const std::string& tag) { return tag.substr(0, tag.find_first_of(" \n")); }

/// Walks all tags of the page; the elements left open or closed out of order, empty when it is well-formed.
std::string nesting_error(const std::string& page) {
  const std::set<std::string> empty{"!DOCTYPE", "meta", "br"};
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const std::size_t end = page.find('>', at);
    if (end == std::string::npos) return "a tag without end";
    const std::string name = name_of(page.substr(at + 1, end - at - 1));
    if (empty.count(name) > 0 || page[end - 1] == '/') continue;
    if (name[0] != '/') {
      open.push_back(name);
    } else if (open.empty() || "/" + open.back() != name) {
      return name + " closes " + (open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back() + " stays open";
}

TEST(Html, IsWellFormed) {
  EXPECT_EQ(nesting_error(sample_page()), "");
  EXPECT_EQ(nesting_error(render_html(Document{})), "");
}

TEST(Html, NeedsNothingButItself) {
  const std::string page = sample_page();
  for (const char* foreign :
       {"<script", "http:", "https:", "src=", "href=\"h", "href=\"/", "@import", "url(", "<link", "onload"}) {
    EXPECT_THAT(page, Not(HasSubstr(foreign)));
  }
}

TEST(Html, EscapesWhatCameFromOutside) {
  const std::string page = sample_page();
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_THAT(page, HasSubstr("/var/lib/&lt;shop&gt;.db"));
  EXPECT_THAT(page, HasSubstr("&quot;quoted&quot; &amp; &#39;single&#39;"));
  EXPECT_THAT(page, HasSubstr("sales &amp; co"));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
}

TEST(Html, ShowsEverySectionInOrder) {
  const std::string page = sample_page();
  std::size_t at = 0;
  for (const char* heading : {"<h1>Inspection 12", "<h2>Scorecard", "<h2>What changed", "<h2>Findings",
                              "<h2>Everything checked", "<h2>Signatures"}) {
    const std::size_t found = page.find(heading, at);
    ASSERT_NE(found, std::string::npos) << heading;
    at = found;
  }
}

TEST(Html, PutsTheWorstFindingsFirst) {
  const std::string page = sample_page();
  EXPECT_LT(page.find("<article class=\"critical\">"), page.find("<article class=\"warning\">"));
}

TEST(Html, ShowsSkippedChecksWithTheirReason) {
  EXPECT_THAT(sample_page(), HasSubstr("no &lt;room&gt; to look"));
  EXPECT_THAT(sample_page(), HasSubstr("n/a"));
}

TEST(Html, TellsNewPersistingResolvedAndNotRechecked) {
  for (const char* change : {"<td>new</td>", "<td>persisting</td>", "<td>resolved</td>", "<td>not re-checked</td>"}) {
    EXPECT_THAT(sample_page(), HasSubstr(change));
  }
}

TEST(Html, GivesEveryHeadingOfATableItsScope) {
  const std::string page = sample_page();
  EXPECT_EQ(page.find("<th>"), std::string::npos);
  EXPECT_THAT(page, HasSubstr("<html lang=\"en\">"));
}

TEST(Style, KnowsDarkScreensAndPaper) {
  EXPECT_THAT(std::string(kStyle), HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(std::string(kStyle), HasSubstr("size: A4"));
}

}  // namespace

}  // namespace rounds
