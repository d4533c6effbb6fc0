// Every mistake of a config, with the exact lines that the user sees.
using CsCheck;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Tests.Config;

public sealed class ConfigMistakeTests
{
    private const string Table = "a: { uses: table, with: { path: a } }";

    [Fact]
    public void All_mistakes_are_found_at_once_and_none_causes_another()
    {
        var errors = ConfigFile.Errors("""
            name: five
            properties:
              epochs: 3
            stagse: {}
            stages:
              reviews: { uses: table, with: { path: a.parquet } }
              tokens: { uses: pick, matrix: { rows: [train, test] }, with: { table: reviws } }
              model:
                uses: learn
                with:
                  model: tokens.train
                  train: tokens.tst
                  learning_rte: 1e-5
                  num_train_epochs: $(epoch)
              table: { uses: comparison, with: { results: [model, tokens.*] } }
            """);

        Assert.Equal(
            [
                "c.yaml:4:1: error TL0102: unknown key 'stagse'; did you mean 'stages'?",
                "c.yaml:7:73: error TL0203: there is no stage 'reviws'; did you mean 'reviews'?",
                "c.yaml:12:14: error TL0203: stage 'tokens' has no instance 'tst', only train, test; did you mean 'tokens.test'?",
                "c.yaml:13:7: error TL0102: unknown option 'learning_rte' of 'learn'; did you mean 'learning_rate'?",
                "c.yaml:14:25: error TL0201: there is no property 'epoch'; did you mean 'epochs'?",
            ],
            errors);
    }

    // Each row: the lines of a learning stage's with:, from line 4, column 13 on, and its mistake.
    [Theory]
    [InlineData("learning_rate: fast", "4:28: error TL0301: learning_rate: 'fast' is not a number")]
    [InlineData("learning_rate: 1_5", "4:28: error TL0301: learning_rate: '1_5' is not a number")]
    [InlineData("learning_rate: .inf", "4:28: error TL0301: learning_rate: '.inf' is not a number")]
    [InlineData("learning_rate: 1e999", "4:28: error TL0301: learning_rate: 1e999 is too large for a number")]
    [InlineData("learning_rate: '5e-5'", "4:28: error TL0301: learning_rate: \"5e-5\" in quotes is text, not a number; write it without quotes")]
    [InlineData("learning_rate:", "4:27: error TL0301: learning_rate: nothing stands where a number belongs")]
    [InlineData("learning_rate: [1]", "4:28: error TL0105: learning_rate: a list stands where a number belongs")]
    [InlineData("num_train_epochs: 1.5", "4:31: error TL0301: num_train_epochs: '1.5' is not a whole number")]
    [InlineData("num_train_epochs: 3e0", "4:31: error TL0301: num_train_epochs: '3e0' is not a whole number")]
    [InlineData("num_train_epochs: 3000000000", "4:31: error TL0301: num_train_epochs: 3000000000 is too large for a whole number")]
    [InlineData("load_best_model_at_end: yes", "4:37: error TL0301: load_best_model_at_end: 'yes' is neither true nor false")]
    [InlineData("load_best_model_at_end: True", "4:37: error TL0301: load_best_model_at_end: 'True' is neither true nor false")]
    [InlineData("lr_scheduler_type: liner", "4:32: error TL0301: lr_scheduler_type: 'liner' is not one of linear, constant, cosine-with-restarts; did you mean 'linear'?")]
    [InlineData("workers: 0", "4:22: error TL0301: workers: 0 is out of range; give a whole number from 1 on")]
    [InlineData("pause: 5", "4:20: error TL0301: pause: '5' is not a duration; write 30s, 5min or 2h")]
    [InlineData("weights: [1, two]", "4:26: error TL0301: weights[1]: 'two' is not a number")]
    [InlineData("weights: 1", "4:22: error TL0105: weights: '1' stands where a list, each element a number belongs")]
    [InlineData("vocabulary: ''", "4:25: error TL0301: vocabulary: an empty text is not a path")]
    [InlineData("learning_rate: -1", "4:28: error TL0302: learning_rate: it is negative; give a number from 0 on")]
    [InlineData("sed: 1", "4:13: error TL0102: unknown option 'sed' of 'learn'; its options are learning_rate, adam_beta1, num_train_epochs, lr_scheduler_type, load_best_model_at_end, max_grad_norm, max_steps, model, train, vocabulary, workers, pause, weights")]
    [InlineData("pause: 1s\n            pause: 2s", "5:13: error TL0103: the key 'pause' stands here for the second time; the first is in line 4")]
    public void An_option_of_the_wrong_type_is_named_with_what_belongs_there(string option, string error)
    {
        var errors = ConfigFile.Errors($$"""
            stages:
              {{Table}}
              b: { uses: learn, with: {
                        {{option.Replace("\n", ",\n", StringComparison.Ordinal)}}, model: a, train: a } }
            """);

        Assert.Equal(["c.yaml:" + error], errors);
    }

    [Theory]
    [InlineData("b: { uses: pick, with: { table: c } }", "3:35: error TL0203: there is no stage 'c'; the stages are a, b, m, x")]
    [InlineData("b: { uses: pick, with: { table: a.one } }", "3:35: error TL0203: stage 'a' has no matrix, so it has no instance 'one'; write 'a'")]
    [InlineData("b: { uses: pick, with: { table: a:row } }", "3:35: error TL0203: stage 'a' has no output 'row'; did you mean 'rows'?")]
    [InlineData("b: { uses: pick, with: { table: x:third } }", "3:35: error TL0203: stage 'x' has no output 'third'; its outputs are train, test")]
    [InlineData("b: { uses: pick, with: { table: m } }", "3:35: error TL0203: 'm' has instances, and one is needed here; name one of m.one, m.two")]
    [InlineData("b: { uses: pick, with: { table: m.* } }", "3:35: error TL0203: 'm.*' is a list, and one reference is needed here; name one of m.one, m.two")]
    [InlineData("b: { uses: pick, with: { table: m.on } }", "3:35: error TL0203: stage 'm' has no instance 'on', only one, two; did you mean 'm.one'?")]
    [InlineData("b: { uses: pick, with: { table: m.seven } }", "3:35: error TL0203: stage 'm' has no instance 'seven', only one, two")]
    [InlineData("b: { uses: comparison, with: { results: [a, m] } }", "3:47: error TL0203: 'm' has instances, and one is needed here; name one of m.one, m.two, or m.* for all")]
    [InlineData("b: { uses: comparison, with: { results: a.* } }", "3:43: error TL0203: stage 'a' has no matrix, so it has no instance '*'; write 'a'")]
    [InlineData("b: { uses: pick, with: { table: [a] } }", "3:35: error TL0105: table: a list stands where a reference to a stage belongs")]
    [InlineData("b: { uses: table, with: { path: b }, after: [a, mm] }", "3:51: error TL0203: there is no stage 'mm'; did you mean 'm'?")]
    [InlineData("b: { uses: table, with: { path: b }, after: a }", "3:47: error TL0105: after: 'a' stands where a list of stages belongs")]
    [InlineData("b: { uses: table, with: { path: b }, after: [a:rows] }", "3:48: error TL0203: after: waits for a whole stage, and 'a:rows' names an output; write 'a'")]
    [InlineData("b: { uses: comparison, with: { results: [a, m.*], labels: [one] } }", "3:61: error TL0302: labels: 1 names stand for 3 references in results; give one for each")]
    public void A_wrong_reference_says_what_there_is(string stage, string error)
    {
        var errors = ConfigFile.Errors($$"""
            stages:
              {{Table}}
              {{stage}}
              m: { uses: pick, matrix: { n: [one, two] }, with: { table: a } }
              x: { uses: cut, with: { table: a } }
            """);

        Assert.Equal(["c.yaml:" + error], errors);
    }

    [Theory]
    [InlineData("b: { uses: tabel, with: { path: b } }", "3:14: error TL0202: there is no kind of stage 'tabel'; did you mean 'table'?")]
    [InlineData("b: { uses: sort }", "3:14: error TL0202: there is no kind of stage 'sort'; the kinds are comparison, cut, download, learn, pick, table")]
    [InlineData("b: { with: { path: b } }", "3:3: error TL0104: stage 'b' has no 'uses'; say which kind of stage it is")]
    [InlineData("b: { uses: table }", "3:3: error TL0104: the option 'path' of 'table' is missing; give a path")]
    [InlineData("b: { uses: table, with: {} }", "3:21: error TL0104: the option 'path' of 'table' is missing; give a path")]
    [InlineData("b: { uses: learn, with: { train: a, model: { weights: random } } }", "3:39: error TL0104: the option 'model.config_of' of 'learn' is missing; give a reference to a stage")]
    [InlineData("b: { uses: learn, with: { train: a, model: { config_of: a, weights: old } } }", "3:71: error TL0302: model.weights: 'old' are no weights; use pretrained or random")]
    [InlineData("b: { uses: learn, with: { train: a, model: { config_of: a, weigths: old } } }", "3:62: error TL0102: unknown option 'model.weigths' of 'learn'; did you mean 'weights'?")]
    [InlineData("b: { uses: table, with: { path: b }, needs: [a] }", "3:40: error TL0102: unknown key 'needs'; the keys here are uses, with, when, matrix, after, expect")]
    [InlineData("b: { uses: table, with: [path] }", "3:27: error TL0105: a list stands where a mapping belongs")]
    [InlineData("b: table", "3:6: error TL0105: b: 'table' stands where a mapping belongs")]
    [InlineData("b c: { uses: table, with: { path: b } }", "3:3: error TL0301: 'b c' cannot name a stage; use letters, digits, _ and -")]
    [InlineData("b: { uses: table, with: { path: !secret env:X } }", "3:35: error TL0304: path: a secret stands where a path belongs")]
    [InlineData("b: { uses: table, with: { path: !!str x } }", "3:35: error TL0102: unknown tag 'tag:yaml.org,2002:str'; the only tag of a config is !secret")]
    [InlineData("b: { uses: table, with: { <<: { path: b }, path: c } }", "3:29: error TL0102: merge keys (<<) are not supported; repeat the keys, or use a property: $(name)")]
    [InlineData("b: { uses: table, with: *b }", "3:27: error TL0201: there is no anchor '&b' before this alias; use a property: $(name)")]
    [InlineData("b: { uses: cut, with: { table: a, test_size: 0 } }", "3:48: error TL0301: test_size: 0 is out of range; give a number above 0 to 1")]
    [InlineData("b: { uses: cut, with: { table: a }, expect: { rows: many } }", "3:55: error TL0301: expect: rows: 'many' is not a number")]
    [InlineData("b: { uses: cut, with: { table: a }, expect: { tset: { rows: 1 } } }", "3:49: error TL0102: expect: 'tset' is not an instance or output of stage 'b'; did you mean 'test'?")]
    public void A_stage_that_is_wrong_is_one_mistake(string stage, string error)
    {
        var errors = ConfigFile.Errors($$"""
            stages:
              {{Table}}
              {{stage}}
            """);

        Assert.Equal(["c.yaml:" + error], errors);
    }

    [Theory]
    [InlineData("{}", "3:30: error TL0205: a mapping stands where the axes of a matrix belong; write { axis: [a, b] }")]
    [InlineData("[x]", "3:30: error TL0205: a list stands where the axes of a matrix belong; write { axis: [a, b] }")]
    [InlineData("{ n: [] }", "3:35: error TL0205: n: an empty list is not an axis of a matrix; write a list [a, b] or a range 1..5")]
    [InlineData("{ n: x }", "3:35: error TL0205: n: 'x' is not an axis of a matrix; write a list [a, b] or a range 1..5")]
    [InlineData("{ n: 5..1 }", "3:35: error TL0205: '5..1' is not a range; write the smaller number first, and at most 1000 numbers")]
    [InlineData("{ n: [x, [y]] }", "3:39: error TL0205: n: a list cannot name an instance; use text and numbers")]
    [InlineData("{ n: [x, y, x] }", "3:30: error TL0205: two instances of the matrix are called 'x'; every combination of its values needs a name of its own")]
    [InlineData("{ n: [x-1, x], m: [2, 1-2] }", "3:30: error TL0205: two instances of the matrix are called 'x-1-2'; every combination of its values needs a name of its own")]
    [InlineData("{ n: 1..100, m: 1..11 }", "3:30: error TL0205: the matrix has more than 1000 instances; make its axes shorter")]
    public void A_wrong_matrix_is_one_mistake_however_it_is_referred_to(string matrix, string error)
    {
        var errors = ConfigFile.Errors($$"""
            stages:
              {{Table}}
              b: { uses: pick, matrix:   {{matrix}}, with: { table: a, sample: $(matrix.n) } }
              c: { uses: comparison, with: { results: [b.*, b.x] }, after: [b] }
            """);

        Assert.Equal(["c.yaml:" + error], errors);
    }

    [Fact]
    public void A_cycle_is_named_once()
    {
        var errors = ConfigFile.Errors("""
            stages:
              a: { uses: pick, with: { table: c } }
              b: { uses: pick, with: { table: a } }
              c: { uses: pick, with: { table: b } }
              d: { uses: pick, with: { table: c } }
              e: { uses: pick, with: { table: e } }
              f: { uses: pick, matrix: { n: [one, two] }, with: { table: g.$(matrix.n) } }
              g: { uses: pick, matrix: { n: [one, two] }, with: { table: f.$(matrix.n) } }
            """);

        Assert.Equal(
            [
                "c.yaml:2:3: error TL0204: stages need each other: 'a' needs 'c' needs 'b' needs 'a'",
                "c.yaml:6:3: error TL0204: 'e' needs itself",
                "c.yaml:7:3: error TL0204: stages need each other: 'f.one' needs 'g.one' needs 'f.one'",
            ],
            errors);
    }

    [Theory]
    [InlineData("x: $(y)", "", "2:6: error TL0201: there is no property 'y'; the properties are x")]
    [InlineData("x: a$(why)b", "", "2:7: error TL0201: there is no property 'why'; the properties are x")]
    [InlineData("x: \"tab\\t$(why)\"", "", "2:12: error TL0201: there is no property 'why'; the properties are x")]
    [InlineData("x: 'it''s $(why)'", "", "2:13: error TL0201: there is no property 'why'; the properties are x")]
    [InlineData("x: |\n    one\n    two $(why)", "", "4:9: error TL0201: there is no property 'why'; the properties are x")]
    [InlineData("x: >-\n    one\n    two $(why)", "", "4:9: error TL0201: there is no property 'why'; the properties are x")]
    [InlineData("x: one\n    two $(why)", "", "3:9: error TL0201: there is no property 'why'; the properties are x")]
    [InlineData("x: $(x", "", "2:6: error TL0201: this '$(' is not closed; write $(name), or $$( for the letters $(")]
    [InlineData("x: $(env:TLPIPE_NOT_SET)", "", "2:6: error TL0201: the environment variable 'TLPIPE_NOT_SET' is not set")]
    [InlineData("x: $(matrix.n)", "", "2:6: error TL0201: $(matrix.n) stands outside of a stage with a matrix")]
    [InlineData("x: { y: [1, $(z)] }", "", "2:15: error TL0201: there is no property 'z'; the properties are x")]
    [InlineData("x y: 1", "", "2:3: error TL0301: 'x y' cannot name a property; use letters, digits, _ and -")]
    [InlineData("x: [1]", "b: { uses: table, with: { path: a/$(x) } }", "4:37: error TL0105: a list cannot stand within text; use $(x) alone")]
    [InlineData("x: [1]", "b: { uses: table, with: { path: $(x) } }", "4:35: error TL0105: path: a list stands where a path belongs (property 'x', c.yaml:2:6)")]
    [InlineData("x: fast", "b: { uses: learn, with: { model: a, train: a, learning_rate: $(x) } }", "4:64: error TL0301: learning_rate: 'fast' is not a number (property 'x', c.yaml:2:6)")]
    [InlineData("x: split = 'a'", "b: { uses: pick, with: { table: a, where: $(x) } }", "2:12: error TL0206: unexpected '='; equality is written == (property 'x', c.yaml:2:6)")]
    [InlineData("x: a", "b: { uses: pick, with: { table: a, where: split == '$(x)' and & } }", "4:65: error TL0206: unexpected '&'; write and (property 'x', c.yaml:2:6)")]
    [InlineData("x: a", "b: { uses: pick, matrix: { n: [1] }, with: { table: $(matrix.m) } }", "4:55: error TL0201: the matrix has no axis 'm'; its axes are n")]
    [InlineData("x: a", "b: { uses: pick, matrix: { n: [u, v] }, with: { table: $(matrix.n) } }", "4:58: error TL0203: there is no stage 'u' (matrix value of 'n', c.yaml:4:34); the stages are b, a|c.yaml:4:58: error TL0203: there is no stage 'v' (matrix value of 'n', c.yaml:4:37); the stages are b, a")]
    public void A_mistake_with_a_property_is_placed_exactly(string property, string stage, string error)
    {
        var errors = ConfigFile.Errors($"properties:\n  {property}\nstages:\n  {(stage.Length > 0 ? stage + "\n  " : "")}{Table}\n");

        Assert.Equal(("c.yaml:" + error).Split('|'), errors);
    }

    [Fact]
    public void Properties_that_use_each_other_are_one_mistake()
    {
        var errors = ConfigFile.Errors("""
            properties:
              x: $(y)
              y: a$(z)
              z: b$(x)
            stages:
              a: { uses: table, with: { path: $(x)/$(z) } }
            """);

        Assert.Equal(["c.yaml:4:7: error TL0204: properties that use each other have no value: 'x' uses 'y' uses 'z' uses 'x'"], errors);
    }

    [Theory]
    [InlineData("epochs", "3", "error TL0601: there is no property 'epochs' (-p epochs=3); did you mean 'epoch'?")]
    [InlineData("lern.sample", "3", "error TL0601: there is no stage 'lern' (-p lern.sample=3); did you mean 'learn'?")]
    [InlineData("learn.sampel", "3", "error TL0102: unknown option 'sampel' of 'pick' (-p learn.sampel=3); did you mean 'sample'?")]
    [InlineData("learn.sample", "many", "error TL0301: sample: 'many' is not a whole number (-p learn.sample=many)")]
    [InlineData("learn.table", "b", "error TL0203: there is no stage 'b' (-p learn.table=b); did you mean 'b2'?")]
    [InlineData("learn.columns", "[a", "error TL0601: the list is not closed; a ',' or ']' is missing here or before (-p learn.columns=[a)")]
    [InlineData("epoch", "x", "c.yaml:5:37: error TL0301: sample: 'x' is not a whole number (-p epoch=x)")]
    public void A_mistake_on_the_command_line_names_it(string name, string value, string error)
    {
        var errors = ConfigFile.Errors(
            $$"""
            properties: { epoch: 3 }
            stages:
              {{Table}}
              learn: { uses: pick, with: { table: a } }
              b2: { uses: pick, with: { sample: $(epoch), table: a } }
            """,
            (name, value));

        Assert.Equal([error], errors);
    }

    [Theory]
    [InlineData("device: gpu", "2:20: error TL0301: device: 'gpu' is not a device; use auto, cpu, cuda or cuda:N")]
    [InlineData("device: 'cuda:'", "2:20: error TL0301: device: 'cuda:' is not a device; use auto, cpu, cuda or cuda:N")]
    [InlineData("checkpoint_every: 5m", "2:30: error TL0301: checkpoint_every: '5m' is not a duration; write 30s, 5min or 2h")]
    [InlineData("threads: 0", "2:21: error TL0301: threads: 0 is out of range; give a whole number from 1 on")]
    [InlineData("memory: 24", "2:20: error TL0301: memory: '24' is not an amount of memory; write one such as 512MB or 24GB")]
    [InlineData("memory: 24 GB", "2:20: error TL0301: memory: '24 GB' is not an amount of memory; write one such as 512MB or 24GB")]
    [InlineData("thread: 1", "2:12: error TL0102: unknown option 'thread' of 'runtime'; did you mean 'threads'?")]
    public void The_runtime_is_checked_as_strictly(string option, string error) =>
        Assert.Equal(["c.yaml:" + error], ConfigFile.Errors($$"""
            stages: { {{Table}} }
            runtime: { {{option}} }
            """));

    [Fact]
    public void A_number_format_that_does_not_exist_is_refused_with_those_that_do() =>
        Assert.Equal(
            ["c.yaml:2:20: error TL0301: dtype: 'fp8' is not one of fp32, bf16, fp16"],
            ConfigFile.Errors($$"""
            stages: { {{Table}} }
            numerics: { dtype: fp8 }
            """));

    [Theory]
    [InlineData("stages:\n  a: { uses: table", "3:1: error TL0101: the mapping is not closed; a ',' or '}' is missing here or before")]
    [InlineData("stages:\n  a: [x, y", "3:1: error TL0101: the list is not closed; a ',' or ']' is missing here or before")]
    [InlineData("stages:\n\ta: 1", "2:1: error TL0101: a tab stands here; YAML is indented with spaces")]
    [InlineData("stages:\n  a: 1\n\tb: 2", "3:1: error TL0101: a tab stands here; YAML is indented with spaces")]
    [InlineData("stages:\n  a: [x\n  b: 1", "2:6: error TL0101: a '[' or '{' near this place is not closed")]
    [InlineData("stages:\n  a: | x\n    y", "2:6: error TL0101: behind '|' or '>' the text begins on the next line; put text that begins with one of them in quotes")]
    [InlineData("stages:\n  a: 1\n b: 2", "3:2: error TL0101: a key of the mapping was expected here; look at the indentation, and at quotes or brackets that are not closed")]
    [InlineData("stages:\n  a: b: c", "2:7: error TL0101: a ':' cannot stand here; put text with ': ' in quotes, or look at the indentation")]
    [InlineData("stages:\n  a: 'x", "2:6: error TL0101: the text that begins here is not closed; its quote is missing")]
    [InlineData("stages:\n  a: @x", "2:6: error TL0101: this character cannot begin a value; put the text in quotes")]
    [InlineData("stages:\n  a: \"\\d\"", "2:6: error TL0101: this escape does not exist; in double quotes write \\\\ for a backslash")]
    [InlineData("stages: {}\n---\nstages: {}", "2:1: error TL0101: a second document begins here; a config is one document")]
    public void What_is_not_YAML_is_one_mistake_in_plain_words(string yaml, string error) =>
        Assert.Equal(["c.yaml:" + error], ConfigFile.Errors(yaml + "\n"));

    [Fact]
    public void Text_that_is_broken_at_random_is_read_or_refused_with_a_place() =>
        Gen.Select(Gen.Int[0, PipelineTests.Whole.Length - 1], Gen.Int[0, 12], Gen.OneOfConst("", "\t", "{", "]", ": ", "\n", "'", "\"", "$(", "- ", "&x ", "*x", "!", "|", "#"))
            .Sample((at, length, text) =>
            {
                var yaml = PipelineTests.Whole.Remove(at, Math.Min(length, PipelineTests.Whole.Length - at)).Insert(at, text);
                try
                {
                    ConfigFile.Load(yaml);
                }
                catch (PipelineException problem)
                {
                    return problem.Diagnostics.Count > 0 && problem.Diagnostics.All(mistake => mistake.Location is { Line: > 0, Column: > 0 });
                }
                return true;
            }, iter: 1500);

    [Theory]
    [InlineData("", "1:1: error TL0104: the key 'stages' is missing; a config has at least one stage")]
    [InlineData("# nothing", "1:1: error TL0104: the key 'stages' is missing; a config has at least one stage")]
    [InlineData("stages:", "1:1: error TL0104: stages: is empty; a config has at least one stage")]
    [InlineData("- a", "1:1: error TL0105: the config: a list stands where a mapping belongs")]
    public void A_config_without_stages_is_refused(string yaml, string error) =>
        Assert.Equal(["c.yaml:" + error], ConfigFile.Errors(yaml));

    [Theory]
    [InlineData("name: a/b", "1:7: error TL0301: 'a/b' cannot name a pipeline; use letters, digits, '.', '_' and '-'")]
    [InlineData("root: [x]", "1:7: error TL0301: a list stands where the root's path belongs")]
    [InlineData("imports: [x]", "1:11: error TL0106: imports: there is no config 'x'; give the path of a YAML file")]
    [InlineData("vars: {}", "1:1: error TL0102: unknown key 'vars'; the keys here are name, root, imports, properties, targets, stages, runtime, numerics")]
    [InlineData("? [a]\n: b", "1:3: error TL0105: a list cannot be a key; a key is text")]
    public void The_head_of_a_config_is_checked(string head, string error) =>
        Assert.Equal(["c.yaml:" + error], ConfigFile.Errors($"{head}\nstages: {{ {Table} }}"));
}
