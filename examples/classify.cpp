// Says which cells pictures show, all of them at once on every processor: classify PICTURE...
#include <fstream>
#include <giemsa/giemsa.hpp>
#include <iostream>
#include <iterator>

namespace {

std::vector<char> read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

int main(int argc, char** argv) try {
  const giemsa::embed::Model model;
  std::vector<std::vector<char>> files;
  for (int i = 1; i < argc; ++i) files.push_back(read_file(argv[i]));
  std::vector<giemsa_encoded> pictures;
  for (const std::vector<char>& file : files) pictures.push_back({file.data(), file.size()});

  const std::vector<giemsa::embed::Answer> answers = model.classify(pictures);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const giemsa::embed::Answer& answer = answers[i];
    std::cout << argv[i + 1] << ": ";
    if (answer.is_answered())
      std::cout << model.class_name(answer.class_index) << ", " << 100 * answer.confidence << " %\n";
    else
      std::cout << "not answered: " << answer.reason << '\n';
  }
} catch (const giemsa::embed::Error& error) {
  std::cerr << error.what() << '\n' << error.hint() << '\n';
  return error.kind();
}
