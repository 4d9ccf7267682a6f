"""scripts/test itself, on a project whose tests are shell commands."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

PRESETS = """{"version": 3,
 "configurePresets": [
   {"name": "release", "generator": "Ninja", "binaryDir": "${sourceDir}/build/release"}],
 "testPresets": [
   {"name": "release", "configurePreset": "release", "output": {"outputOnFailure": true}}]}"""
ONCE = "test -e mark || { touch mark; echo too early; exit 1; }"


class Lanes(unittest.TestCase):
    def play(self, prepare=lambda root: None, **commands):
        """Exit code and the last lines of scripts/test, over tests with these commands."""
        environment = {name: value for name, value in os.environ.items()
                       if name != "RINGLAB_THOROUGH"}
        with tempfile.TemporaryDirectory() as root:
            prepare(root)
            os.mkdir(f"{root}/scripts")
            for script in ("test", "build.sh"):
                shutil.copy(f"{ROOT}/scripts/{script}", f"{root}/scripts/{script}")
            with open(f"{root}/scripts/setup", "w", encoding="utf-8") as setup:
                setup.write("#!/bin/sh\n")
            os.chmod(f"{root}/scripts/setup", 0o755)
            with open(f"{root}/CMakePresets.json", "w", encoding="utf-8") as presets:
                presets.write(PRESETS)
            with open(f"{root}/CMakeLists.txt", "w", encoding="utf-8") as project:
                project.write("cmake_minimum_required(VERSION 3.20)\nproject(lanes NONE)\n"
                              "enable_testing()\n")
                for name, command in commands.items():
                    project.write(f'add_test(NAME "room/a {name} (one), twice"\n'
                                  f'  COMMAND sh -c [[{command}]])\n')
            done = subprocess.run([f"{root}/scripts/test", "release"], text=True, timeout=120,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                                  env=environment)
        return done.returncode, done.stdout

    def test_what_passes_is_counted(self):
        code, out = self.play(first="true", second="true")
        self.assertEqual(code, 0, out)
        self.assertEqual(out.splitlines()[-3:], [
            "release: 2 of 2 passed", "not told (machine too slow): 0", "2 passed, 0 failed"])

    def test_what_fails_once_is_named(self):
        code, out = self.play(steady="true", unsteady=ONCE)
        self.assertEqual(code, 0, out)
        self.assertIn("\nunsteady, failed and then passed alone: release: "
                      "room/a unsteady (one), twice\n", out)
        self.assertIn("\ntoo early\n", out[out.index("what failed printed:"):])
        self.assertTrue(out.endswith("\n2 passed, 0 failed\n"), out)

    def test_what_fails_twice_has_failed(self):
        code, out = self.play(steady="true", unsteady=ONCE, broken="echo no; false",
                              crash="kill -SEGV $$")
        self.assertEqual(code, 1, out)
        for name in ("broken", "crash"):
            self.assertIn(f"\nrelease: FAILED: room/a {name} (one), twice\n", out)
        self.assertIn(" release: room/a unsteady (one), twice\n", out)
        self.assertIn("\nrelease: 2 of 4 passed\n", out)
        self.assertTrue(out.endswith("\n2 passed, 2 failed\n"), out)

    def test_many_failures_are_not_run_again(self):
        code, out = self.play(**{f"t{i}": ONCE.replace("mark", f"mark{i}") for i in range(6)})
        self.assertEqual(code, 1, out)
        self.assertTrue(out.endswith("\n0 passed, 6 failed\n"), out)

    def test_much_that_failures_print_ends_nothing(self):
        loud = "for i in $(seq 5000); do echo a line of what went wrong, number $i; done; false"
        code, out = self.play(**{f"t{i}": loud for i in range(30)})
        self.assertEqual(code, 1, out[-2000:])
        self.assertIn("\nrelease: FAILED: room/a t7 (one), twice\n", out)
        self.assertTrue(out.endswith("\n0 passed, 30 failed\n"), out[-2000:])

    def test_statistics_are_thorough_where_what_they_judge_has_changed(self):
        judged = "core/mrc/shards.cc"

        def change(root, name, text):
            os.makedirs(os.path.dirname(f"{root}/{name}"), exist_ok=True)
            with open(f"{root}/{name}", "a", encoding="utf-8") as file:
                file.write(text)

        def they_passed(root):
            change(root, judged, "as it was")
            stamp = subprocess.run(
                ["bash", "-c", f"sed -n '/^hash_of_judged/,/^}}/p' {ROOT}/scripts/test"],
                capture_output=True, text=True, check=True).stdout
            hash_now = subprocess.run(["bash", "-c", f"root={root}; {stamp}hash_of_judged"],
                                      capture_output=True, text=True, check=True).stdout
            change(root, "tests/thorough.sha256", hash_now)

        def then_changed(name):
            def prepare(root):
                they_passed(root)
                change(root, name, "changed")
            return prepare

        for prepare, thorough in ((lambda root: None, True), (they_passed, False),
                                  (then_changed("docs/ci.md"), False),
                                  (then_changed(judged), True),
                                  (then_changed("tests/results/gate/a_test.cc"), True)):
            asked = f'test "$RINGLAB_THOROUGH" = "{"1" if thorough else ""}"'
            code, out = self.play(prepare, asked=asked)
            self.assertEqual(code, 0, out)

    def test_every_test_of_a_tool_is_one_of_ctest(self):
        folder = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(folder, "CMakeLists.txt"), encoding="utf-8") as text:
            words = text.read().replace(")", " ) ").split()
        for file in sorted(os.listdir(folder)):
            if not file.endswith("_test.py"):
                continue
            with open(os.path.join(folder, file), encoding="utf-8") as text:
                names = re.findall(r"^    def test_(\w+)", text.read(), re.MULTILINE)
            for name in (file.removesuffix("_test.py"), *names):
                found = any(word == name or word.endswith(f"({name}") for word in words)
                self.assertTrue(found, f"{file}: {name} is not in CMakeLists.txt")


if __name__ == "__main__":
    unittest.main()
