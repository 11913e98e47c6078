#!/usr/bin/env python3
"""Each rule of tools/check_layers fires on what it forbids, and keeps quiet about what is fine."""

import importlib.machinery
import importlib.util
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOADER = importlib.machinery.SourceFileLoader("check_layers", str(HERE / "check_layers"))
check_layers = importlib.util.module_from_spec(importlib.util.spec_from_loader("check_layers", LOADER))
LOADER.exec_module(check_layers)

TABLE = """
[rooms]
base = { uses = [], libs = ["fmt"] }
sql = { uses = ["base"], libs = [] }
"sql/sqlite" = { uses = ["base", "sql"], libs = ["sqlite3"] }
service = { uses = ["base"], libs = [], tests = ["sql"] }
net = { uses = ["base"], libs = ["boost.asio"] }
config = { uses = ["base"], libs = [] }
app = { uses = ["*"], libs = [] }

[libs]
fmt = ["fmt/"]
sqlite3 = ["sqlite3.h"]
"boost.asio" = ["boost/asio/"]
gtest = ["gtest/"]
"""


class CheckLayersTest(unittest.TestCase):
    def check(self, files, table=TABLE):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "tools").mkdir()
            (root / "tools/layers.toml").write_text(table)
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
                room = path.parent / "README.md"
                if name.startswith("src/") and not room.exists() and "src/orphan" not in name:
                    room.write_text("# room\n")
            return check_layers.House(root).check()

    def rules(self, files, table=TABLE):
        return [rule for _, _, rule, _ in self.check(files, table)]

    def refused(self, rule, code, file="src/service/x.cc"):
        self.assertEqual(self.rules({file: code}), [rule], code)

    def fine(self, code, file="src/service/x.cc"):
        self.assertEqual(self.check({file: code}), [], code)

    def test_message_names_file_and_line(self):
        self.assertEqual(self.check({"src/service/x.cc": "int f();\n\nauto y = getenv(\"X\");\n"})[0][:3],
                         ("src/service/x.cc", 3, "getenv"))

    def test_forbidden_include(self):
        files = {"src/sql/database.h": "#pragma once\n", "src/base/error.h": "#pragma once\n"}
        use = '#include "sql/database.h"\n#include "base/error.h"\n'
        self.assertEqual(self.rules(files | {"src/service/x.cc": use}), ["forbidden-include"])
        self.assertEqual(self.rules(files | {"src/sql/sqlite/x.cc": use}), [])
        self.assertEqual(self.rules(files | {"src/service/x_test.cc": use}), [])
        self.assertEqual(self.rules(files | {"src/app/x.cc": use}), [])

    def test_commented_includes_are_seen_as_comments_do_not_matter(self):
        self.fine('#include <vector>\n#include <sys/stat.h>\n#include <unistd.h>\n')

    def test_third_party(self):
        self.refused("third-party", "#include <sqlite3.h>\n")
        self.refused("third-party", "#include <boost/asio/ip/tcp.hpp>\n")
        self.refused("third-party", "#include <boost/system/error_code.hpp>\n")
        self.refused("third-party", "#include <gtest/gtest.h>\n")
        self.refused("third-party", "#include <nlohmann/json.hpp>\n")
        self.fine("#include <sqlite3.h>\n", "src/sql/sqlite/x.cc")
        self.fine("#include <boost/asio/ip/tcp.hpp>\n#include <boost/system/error_code.hpp>\n", "src/net/x.cc")
        self.fine("#include <gtest/gtest.h>\n", "src/service/x_test.cc")

    def test_unknown_boost(self):
        self.assertIn("boost-bind", self.rules({"src/net/x.cc": "#include <boost/bind/bind.hpp>\n"}))

    def test_relative_include(self):
        self.assertEqual(self.rules({"src/base/a.h": "#pragma once\n", "src/base/a.cc": '#include "a.h"\n'}), ["include"])

    def test_test_headers_stay_in_tests(self):
        files = {"src/base/store_contract.h": "#pragma once\n#include <gtest/gtest.h>\n"}
        self.assertEqual(self.rules(files | {"src/base/a_test.cc": '#include "base/store_contract.h"\n'}), [])
        self.assertEqual(self.rules(files | {"src/base/a.cc": '#include "base/store_contract.h"\n'}), ["include"])

    def test_no_such_room(self):
        self.assertEqual(self.rules({"src/orphan/x.cc": "\n"}), ["room"])

    def test_cycle_of_rooms(self):
        table = '[rooms]\na = { uses = ["b"], libs = [] }\nb = { uses = ["a"], libs = [] }\n'
        self.assertEqual(self.rules({}, table), ["cycle"])
        self.assertEqual(self.rules({}, '[rooms]\na = { uses = ["z"], libs = [] }\n'), ["cycle"])

    def test_cycle_of_headers(self):
        self.assertEqual(self.rules({"src/base/a.h": '#pragma once\n#include "base/b.h"\n',
                                     "src/base/b.h": '#pragma once\n#include "base/a.h"\n'}), ["cycle"])

    def test_library_without_headers(self):
        self.assertEqual(self.rules({}, '[rooms]\na = { uses = [], libs = ["zlib"] }\n'), ["third-party"])

    def test_long_file(self):
        self.refused("long", "\n" * 801)
        self.fine("\n" * 800)

    def test_pragma_once(self):
        self.refused("pragma-once", "int f();\n", "src/service/x.h")
        self.refused("pragma-once", "// #pragma once\n", "src/service/x.h")

    def test_readme(self):
        self.assertEqual(self.rules({"src/base/README.md": "x\n" * 16, "src/base/a.cc": ""}), ["readme"])
        self.assertEqual(self.rules({"src/sql/README.md": "x\n" * 30, "src/sql/a.cc": ""}), [])
        self.assertEqual(self.rules({"src/sql/README.md": "x\n" * 31, "src/sql/a.cc": ""}), ["readme"])

    def test_missing_readme(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "tools").mkdir()
            (root / "tools/layers.toml").write_text(TABLE)
            (root / "src/base").mkdir(parents=True)
            (root / "src/base/a.cc").write_text("")
            self.assertEqual([b[2] for b in check_layers.House(root).check()], ["readme"])

    def test_coroutine(self):
        self.refused("coroutine", "void f() { co_await g(); }\n")
        self.refused("coroutine", "void f() { co_return; }\n", "src/service/x_test.cc")
        self.fine("void f() { co_await g(); }\n", "src/net/x.cc")
        self.fine("// co_await lives in net\nconst char* s = \"co_await\";\n")

    def test_getenv(self):
        self.refused("getenv", 'const char* f() { return std::getenv("X"); }\n')
        self.fine('const char* f() { return std::getenv("X"); }\n', "src/config/x.cc")
        self.fine('const char* f() { return std::getenv("X"); }\n', "src/sql/x_test.cc")

    def test_wall_clock(self):
        for code in ("std::chrono::system_clock::now()", "time(nullptr)", "std::time(NULL)", "gettimeofday(&tv, 0)",
                     "clock_gettime(CLOCK_REALTIME, &ts)"):
            self.refused("wall-clock", f"void f() {{ g({code}); }}\n")
        self.refused("wall-clock", "void f() { g(system_clock::now()); }\n", "src/service/x_test.cc")
        self.fine("void f() { g(system_clock::now()); }\n", "src/base/x.cc")
        self.fine("void f() { deadline.time(0); std::chrono::steady_clock::now(); }\n")

    def test_random(self):
        self.refused("random", "void f() { std::random_device d; }\n")
        self.refused("random", "int f() { return rand(); }\n")
        self.fine("int f() { return operand(); }\n")

    def test_new_and_delete(self):
        self.refused("new", "void f() { auto* p = new int; }\n")
        self.refused("new", "void f() { delete p; }\n")
        self.refused("new", "void f() { delete[] p; }\n")
        self.fine("struct S { S(const S&) = delete; S& operator=(const S&) = delete; };\nint new_id();\nint delete_all();\n")
        self.fine("auto f() { return std::unique_ptr<T>(new T(1)); }\nvoid g() { std::unique_ptr<a::T> t(new T); }\n")
        self.fine("// a new thing\nconst auto f = g(\"new thing; delete it\");\n")

    def test_print(self):
        self.refused("print", "void f() { std::cout << 1; }\n")
        self.refused("print", 'void f() { printf("x"); }\n')
        self.fine("void f() { std::cout << 1; }\n", "src/app/x.cc")
        self.fine("void f() { snprintf(p, 3, \"x\"); }\n")

    def test_singleton(self):
        self.refused("singleton", "Log& log() {\n  static Log log;\n  return log;\n}\n")
        self.refused("singleton", "void f() {\n  static std::map<int, std::string> cache = make();\n}\n")
        self.refused("singleton", "void f() {\n  thread_local int n = 0;\n}\n")
        self.fine("int f() {\n  static int n = 0;\n  return ++n;\n}\n", "src/service/x_test.cc")
        self.fine("struct S {\n  static S parse(int x);\n  static constexpr int kMax = 3;\n  static const int n;\n};\n"
                  "static int f(int x) { return x; }\n")

    def test_global(self):
        self.refused("global", "int counter = 0;\n")
        self.refused("global", "std::atomic<int> counter;\n")
        self.refused("global", "Log* current = nullptr;\n")
        self.fine("const int a = 1;\nconstexpr int kB = 2;\nusing C = int;\nstruct D;\nenum class E : int;\n"
                  "template class F<int>;\nextern template class F<int>;\nint f();\ninline constexpr int kG = 1;\n"
                  "static_assert(a == 1);\nnamespace h = std::chrono;\n")

    def test_sql(self):
        self.refused("sql", 'const auto s = "SELECT a FROM b";\n')
        self.refused("sql", 'const auto s = "SELECT a "\n  "FROM b";\n')
        self.refused("sql", 'const auto s = R"(\n  INSERT INTO b VALUES (1))";\n')
        self.refused("sql", 'const auto s = "CREATE TABLE b";\n')
        self.fine('const auto s = "SELECT a FROM b";\n', "src/sql/sqlite/x.cc")
        self.fine('const auto s = "Select one from the list";\n// SELECT a FROM b\n')

    def test_todo(self):
        self.refused("todo", "// TODO: later\n")
        self.refused("todo", "/* FIXME */\n", "tests/fuzz/x_fuzz.cc")

    def test_exceptions_are_listed_and_used(self):
        entry = '[[allowed]]\nfile = "src/base/a.cc"\nrule = "global"\nwhy = "it must"\n'
        self.assertEqual(self.rules({"src/base/a.cc": "int n = 0;\n"}, TABLE + entry), [])
        self.assertEqual(self.rules({"src/base/a.cc": "\n"}, TABLE + entry), ["allowed"])

    def test_literals_and_comments_are_not_code(self):
        self.fine("const char c = '\"'; const char* s = \"// not a comment\"; int n() { return 1'000'000; }\n"
                  'const char* r = R"x(co_await )" new int)x";\n')


if __name__ == "__main__":
    unittest.main()
