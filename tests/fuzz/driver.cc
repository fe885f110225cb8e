// Stands in for libFuzzer where the compiler has none: mutates the corpus by a printed seed until the time is over.
// Takes libFuzzer's -max_total_time=N and -seed=N; a file as argument is run alone, a folder is the corpus.
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" void __sanitizer_set_death_callback(void (*callback)());

namespace {

std::string current;

void keep_input() { std::ofstream("crash-input", std::ios::binary) << current; }

void run(const std::string& text) {
  current = text;
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Mutator {
 public:
  Mutator(std::vector<std::string> corpus, std::uint64_t seed) : corpus_(std::move(corpus)), random_(seed) {}

  std::string next() {
    std::string text = one_of(corpus_);
    for (int n = pick(1, 6); n > 0; --n) mutate(text);
    if (corpus_.size() < 5000 && pick(0, 99) == 0) corpus_.push_back(text);
    return text.substr(0, 200);
  }

 private:
  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  std::size_t place(const std::string& text) {
    return static_cast<std::size_t>(pick(0, static_cast<int>(text.size())));
  }
  const std::string& one_of(const std::vector<std::string>& list) {
    return list[static_cast<std::size_t>(pick(0, static_cast<int>(list.size()) - 1))];
  }

  /// One character: of the languages most of the time, any byte otherwise.
  char letter() {
    static constexpr std::string_view common = "0123456789*/,-LWH#?()@: .\tjanmonfriatweekdhms";
    return pick(0, 9) == 0 ? static_cast<char>(pick(0, 255))
                           : common[static_cast<std::size_t>(pick(0, static_cast<int>(common.size()) - 1))];
  }

  void mutate(std::string& text) {
    const std::size_t at = place(text);
    const std::string& other = one_of(corpus_);
    switch (pick(0, 5)) {
      case 0: text.insert(at, 1, letter()); break;
      case 1: text.erase(at, static_cast<std::size_t>(pick(1, 3))); break;
      case 2:
        if (at < text.size()) text[at] = letter();
        break;
      case 3: text.insert(at, other.substr(place(other), static_cast<std::size_t>(pick(1, 12)))); break;
      case 4: text.insert(at, text.substr(place(text), static_cast<std::size_t>(pick(1, 12)))); break;
      case 5: text = text.substr(0, at) + other.substr(place(other)); break;
    }
  }

  std::vector<std::string> corpus_;
  std::mt19937_64 random_;
};

}  // namespace

int main(int argc, char** argv) {
  std::chrono::seconds length{20};
  std::uint64_t seed = std::random_device()();
  std::vector<std::string> corpus{""};
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("-max_total_time=")) length = std::chrono::seconds(std::stoi(argument.substr(16)));
    else if (argument.starts_with("-seed=")) seed = std::stoull(argument.substr(6));
    else if (argument.starts_with("-")) continue;
    else if (!std::filesystem::is_directory(argument)) return run(read(argument)), 0;
    else
      for (const auto& entry : std::filesystem::directory_iterator(argument)) corpus.push_back(read(entry.path()));
  }
  std::cout << "seed " << seed << ", " << corpus.size() << " texts" << std::endl;
  __sanitizer_set_death_callback(keep_input);
  std::signal(SIGABRT, [](int) {
    keep_input();
    std::_Exit(1);
  });
  for (const std::string& text : corpus) run(text);
  Mutator mutator(std::move(corpus), seed);
  std::uint64_t runs = 0;
  for (const auto end = std::chrono::steady_clock::now() + length; std::chrono::steady_clock::now() < end;) {
    for (int i = 0; i < 1000; ++i, ++runs) run(mutator.next());
  }
  std::cout << runs << " inputs" << std::endl;
}
