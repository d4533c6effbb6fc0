// Values of the command line: each changes what runs, or is refused.
using CsCheck;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Tests.Config;

public sealed class OverrideTests
{
    private const string Grid = """
        properties: { seed: 1 }
        stages:
          rows: { uses: table, with: { path: a } }
          s: { uses: pick, matrix: { n: [5, 10] }, with: { table: rows, sample: $(matrix.n), random_state: $(seed), columns: [text] } }
          left:
            uses: pick
            when: matrix.n > 5
            matrix: { n: [5, 10] }
            with: { table: rows }
          one: { uses: pick, with: { table: rows } }
        """;

    [Theory]
    [InlineData("s.random_state.x", "'1' has nothing below it that could be called 'x' (-p s.random_state.x=9); name the option itself")]
    [InlineData("s.columns.x", "a list has nothing below it that could be called 'x' (-p s.columns.x=9); name the option itself")]
    [InlineData("runtime.device.x", "device: a mapping stands where text")]
    [InlineData("s.7.sample", "stage 's' has no instance that this names (-p s.7.sample=9); its instances are 5, 10; s.OPTION=VALUE sets an option of all")]
    [InlineData("s.5*.sample", "stage 's' has no instance that this names (-p s.5*.sample=9)")]
    [InlineData("left.5.sample", "the instance '5' of stage 'left' is left out by its when (c.yaml:")]
    [InlineData("one.*.sample", "unknown option '*'")]
    [InlineData("s.*.sampel", "unknown option")]
    [InlineData("s.", "unknown option")]
    [InlineData("s.5.", "unknown option")]
    [InlineData("t.sample", "there is no stage 't'")]
    [InlineData("sed", "there is no property 'sed'")]
    public void What_would_set_nothing_is_refused(string name, string why)
    {
        var errors = ConfigFile.Errors(Grid, (name, "9"));

        Assert.Contains(errors, error => error.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public void A_star_sets_an_option_of_all_instances_also_in_the_config_as_written()
    {
        var pipeline = ConfigFile.Load(Grid, ("s.*.random_state", "9"));

        Assert.Equal([9, 9], new[] { "s.5", "s.10" }.Select(name => ((PickOptions)pipeline[name]!.Options).RandomState));
        Assert.Equal("9", ConfigView.AsWritten(pipeline).Get("s.random_state").ToJson()!.ToJsonString());
    }

    [Fact]
    public void Each_value_either_changes_the_config_or_is_refused()
    {
        var before = Shown(ConfigFile.Load(Grid));
        var owners = Gen.OneOfConst("s", "left", "one", "rows", "runtime", "numerics", "seed", "x", "*");
        var part = Gen.OneOfConst("5", "10", "7", "*", "sample", "random_state", "columns", "table", "with", "path", "cpu", "", "a.b");
        var name = Gen.Select(owners, part.Array[0, 3], (owner, parts) => string.Join('.', [owner, .. parts]));

        name.Sample(
            given =>
            {
                try
                {
                    Assert.NotEqual(before, Shown(ConfigFile.Load(Grid, (given, "77"))));
                }
                catch (PipelineException)
                {
                }
            },
            iter: 1000);
    }

    [Fact]
    public void Where_no_stage_is_left_that_is_said()
    {
        var errors = ConfigFile.Errors("""
            properties: { all: false }
            stages:
              rows: { uses: table, when: all, with: { path: a } }
              s: { uses: pick, when: all, with: { table: rows } }
            """);

        Assert.Contains("no stage is left: the when of each is false; change a property", Assert.Single(errors));
    }

    [Theory]
    [InlineData("size == '3'", "property 'size' holds a number, which '==' cannot compare with text; compare like with like")]
    [InlineData("size != '3'", "property 'size' holds a number")]
    [InlineData("text == 3", "property 'text' holds text")]
    [InlineData("gpu == 'true'", "property 'gpu' holds true or false")]
    [InlineData("size in ['2', '3']", "property 'size' holds a number, which 'in' cannot compare with the text \"2\"; compare like with like")]
    public void A_number_is_not_compared_with_a_text_that_spells_one(string when, string why)
    {
        var errors = ConfigFile.Errors($$"""
            properties: { size: 3, text: '3', gpu: true }
            stages:
              rows: { uses: table, with: { path: a } }
              s: { uses: pick, when: "{{when}}", with: { table: rows } }
            """);

        Assert.Contains(why, Assert.Single(errors));
    }

    [Theory]
    [InlineData("reads", "words", "table: 'words' is a word list, not a table; write 'words:rows'")]
    [InlineData("reads", "words.b", "stage 'words' has no matrix")]
    [InlineData("reads", "nothing_said", null)]
    [InlineData("reads", "words:rows", null)]
    [InlineData("many", "[words:rows, words]", "tables: 'words' is a word list")]
    public void An_output_of_another_kind_is_refused_before_anything_runs(string stage, string reference, string? why)
    {
        var yaml = $$"""
            stages:
              words: { uses: words }
              nothing_said: { uses: unsaid }
              s: { uses: {{stage}}, with: { {{(stage == "many" ? "tables" : "table")}}: {{reference}} } }
            """;
        using var file = new ConfigFile(yaml);
        Pipeline Load() => Pipeline.Load("c.yaml", [], StageCatalog.Of(typeof(WordsStage), typeof(UnsaidStage), typeof(ReadsStage), typeof(ManyStage)), file.Folder);

        if (why is null)
            Assert.Equal(reference.Split(':')[0], Assert.Single(Load()["s"]!.Inputs).Input.Stage);
        else
            Assert.Contains(why, Assert.Single(Assert.Throws<PipelineException>(Load).Diagnostics).ToString());
    }

    // What a run takes, and what 'config show' prints.
    private static string Shown(Pipeline pipeline) =>
        ConfigView.Resolved(pipeline).ToJson()!.ToJsonString() + ConfigView.AsWritten(pipeline).ToJson()!.ToJsonString();

    private sealed record NoOptions;

    private sealed record TableOption
    {
        [Takes("a table")]
        public required Input Table { get; init; }
    }

    private sealed record TablesOption
    {
        [Takes("a table")]
        public required IReadOnlyList<Input> Tables { get; init; }
    }

    [Stage("words", 1), Output("words", "words", Kind = "a word list"), Output("rows", "the same as a table", Kind = "a table")]
    private sealed class WordsStage : Nothing<NoOptions>;

    [Stage("unsaid", 1), Output("content", "anything")]
    private sealed class UnsaidStage : Nothing<NoOptions>;

    [Stage("reads", 1), Output("content", "anything")]
    private sealed class ReadsStage : Nothing<TableOption>;

    [Stage("many", 1), Output("content", "anything")]
    private sealed class ManyStage : Nothing<TablesOption>;

    private abstract class Nothing<T> : IStage<T>
        where T : class
    {
        public void Run(T options, StageRun run) => throw new InvalidOperationException("nothing runs here");
    }
}
