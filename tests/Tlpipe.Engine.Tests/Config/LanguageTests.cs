// Config features beside stages and properties: imports, conditions, targets, secrets, overrides of single instances.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Tests.Config;

public sealed class LanguageTests
{
    private const string Sizes = """
        properties: { size: small, gpu: false, limit: 5, text: '5' }
        stages:
          a: { uses: table, with: { path: a } }
          many:
            uses: pick
            when: matrix.n != 2
            matrix: { n: 1..3 }
            with: { table: a, sample: $(matrix.n) }
          big: { uses: pick, when: size == 'big' and $(gpu), with: { table: a } }
          small: { uses: pick, when: not (size == 'big'), with: { table: a }, after: [big] }
          all: { uses: comparison, with: { results: many.* } }
        targets:
          quick: [small, many.1]
          both: [quick, big, many.*]
        """;

    [Fact]
    public void A_stage_is_there_when_its_condition_holds()
    {
        var small = ConfigFile.Load(Sizes);
        var big = ConfigFile.Load(Sizes, ("size", "big"), ("gpu", "true"));

        Assert.Equal(["a", "many.1", "many.3", "small", "all"], Names(small));
        Assert.Equal(["a", "many.1", "many.3", "big", "all"], Names(big));
        Assert.Equal(["many.1", "many.3"], small["all"]!.Inputs.Select(use => use.Input.Stage));
        Assert.Empty(small["small"]!.After);
    }

    [Theory]
    [InlineData("limit == 5", true)]
    [InlineData("limit == 5.0", true)]
    [InlineData("limit > 4 and limit < 6", true)]
    [InlineData("size == 5", false)]
    [InlineData("limit == 'none'", false)]
    [InlineData("$(env:TLPIPE_NOT_SET) is missing", true)]
    [InlineData("$(env:TLPIPE_NOT_SET) == null", true)]
    [InlineData("size is not missing", true)]
    [InlineData("text == '5'", true)]
    [InlineData("size in ['small', 'tiny']", true)]
    [InlineData("$(size) == 'small'", true)]
    [InlineData("$(env:TLPIPE_NOT_SET) == 'x'", false)]
    [InlineData("$(env:TLPIPE_NOT_SET) != 'x'", true)]
    [InlineData("true", true)]
    [InlineData("$(gpu)", false)]
    [InlineData("not gpu", true)]
    public void A_condition_is_answered_by_what_properties_say(string when, bool there)
    {
        var pipeline = ConfigFile.Load($$"""
            properties: { size: small, gpu: false, limit: 5, text: '5' }
            stages:
              a: { uses: table, with: { path: a } }
              b:
                uses: table
                when: {{when}}
                with: { path: b }
            """);

        Assert.Equal(there, pipeline["b"] is not null);
    }

    [Fact]
    public void A_target_is_a_group_of_stages_instances_and_targets()
    {
        var pipeline = ConfigFile.Load(Sizes);

        Assert.Equal(["small", "many.1"], pipeline.Targets["quick"]);
        Assert.Equal(["small", "many.1", "many.3"], pipeline.Targets["both"]);
        Assert.Equal(["a", "many.1", "small"], Selection.Wanted(pipeline, ["quick"]).Select(stage => stage.Name));
        Assert.Equal(["a", "many.1", "many.3"], Selection.Wanted(pipeline, ["many.*"]).Select(stage => stage.Name));
    }

    [Fact]
    public void What_is_imported_later_wins_and_the_importing_file_most()
    {
        using var files = new ConfigFile("""
            imports: [parts/one.yaml, { path: $(which).yaml, when: extra }]
            properties: { which: two, extra: true, c: main }
            stages:
              picked: { with: { sample: 7, table: b } }
            """);
        Directory.CreateDirectory(Path.Combine(files.Folder, "parts"));
        files.Write("parts/one.yaml", """
            root: ..
            properties: { a: one, b: one, c: one }
            stages:
              a: { uses: table, with: { path: $(a)-$(b)-$(c) } }
              picked: { uses: pick, with: { table: a, random_state: 1, columns: [x] }, after: [a] }
            numerics: { dtype: bf16 }
            runtime: { threads: 3, device: cpu }
            """);
        files.Write("two.yaml", """
            imports: parts/one.yaml
            properties: { b: two }
            stages:
              b: { uses: table, with: { path: b } }
            runtime: { threads: 4 }
            """);

        var pipeline = files.Load();

        Assert.Equal("one-two-main", pipeline["a"]!.Paths[0].Path.Text);
        var picked = (PickOptions)pipeline["picked"]!.Options;
        Assert.Equal(("b", 7, 1), (picked.Table.Stage, picked.Sample, picked.RandomState));
        Assert.Equal(["a"], pipeline["picked"]!.After);
        Assert.Equal((Dtype.Bf16, 4, "cpu"), (pipeline.Numerics.Dtype, pipeline.Runtime.Threads, pipeline.Runtime.Device));
        Assert.Equal(files.Folder, pipeline.Root);
        Assert.Equal("parts/one.yaml:5:57", pipeline["picked"]!.OriginOf("random_state").ToString());
        Assert.Equal("c.yaml:4:29", pipeline["picked"]!.OriginOf("sample").ToString());
        Assert.Equal(["a", "picked"], Names(files.Load(("extra", "false"), ("picked.table", "a"))));
    }

    [Fact]
    public void A_stage_that_says_uses_replaces_the_imported_one()
    {
        using var files = new ConfigFile("""
            imports: [one.yaml]
            stages:
              b: { uses: table, with: { path: mine } }
            """);
        files.Write("one.yaml", """
            stages:
              a: { uses: table, with: { path: a } }
              b: { uses: pick, with: { table: a }, matrix: { n: [1] } }
            """);

        var pipeline = files.Load();

        Assert.Equal(["a", "b"], Names(pipeline));
        Assert.Equal("table", pipeline["b"]!.Kind.Kind);
    }

    [Fact]
    public void A_file_that_two_imports_share_is_read_where_it_is_first_met()
    {
        using var files = new ConfigFile("imports: [b.yaml, d.yaml]");
        files.Write("a.yaml", "properties: { x: a }\nstages: { t: { uses: table, with: { path: $(x) } } }");
        files.Write("b.yaml", "imports: [a.yaml]\nproperties: { x: b }");
        files.Write("d.yaml", "imports: [a.yaml]");

        Assert.Equal("b", files.Load()["t"]!.Paths[0].Path.Text);
    }

    [Fact]
    public void A_secret_is_read_where_it_is_used_and_written_nowhere()
    {
        Environment.SetEnvironmentVariable("TLPIPE_TEST_TOKEN", "hf_abcdefgh");
        var stage = ConfigFile.Load("""
            properties: { token: !secret env:TLPIPE_TEST_TOKEN }
            stages:
              a: { uses: download, with: { name: x, token: $(token) } }
            """)["a"]!;
        var options = (DownloadOptions)stage.Options;

        var request = OptionsDocument.Write(stage.Kind.Options, options, executionOnly: true, references: true);
        var key = OptionsDocument.Write(stage.Kind.Options, options, executionOnly: false, references: true);
        var rebuilt = (DownloadOptions)OptionsDocument.Read(stage.Kind.Options, key, request);

        Assert.Equal("hf_abcdefgh", options.Token!.Reveal());
        Assert.Equal("""{"token":{"env":"TLPIPE_TEST_TOKEN"}}""", request.ToJsonString());
        Assert.Equal("""{"name":"x"}""", key.ToJsonString());
        Assert.Equal(options, rebuilt);
        Assert.Equal("GET with *** failed", Secret.Redact("GET with hf_abcdefgh failed"));
        Assert.DoesNotContain("hf_abcdefgh", options.ToString());
        Assert.Equal(new Warned("*** is refused"), new Warned("hf_abcdefgh is refused").Redacted());
    }

    [Fact]
    public void A_secret_is_hidden_in_JSON_too_where_its_letters_are_escaped()
    {
        Environment.SetEnvironmentVariable("TLPIPE_TEST_PASSWORD", "ab\"cd+ef");
        new Secret("TLPIPE_TEST_PASSWORD").Reveal();

        // RFC 8259, section 7: any character may be escaped, a quotation mark must be.
        Assert.Equal("""{"message":"*** is refused"}""", Secret.Redact("""{"message":"ab\"cd+ef is refused"}"""));
        Assert.Equal("""{"message":"*** is refused"}""", Secret.Redact("""{"message":"ab\u0022cd\u002Bef is refused"}"""));
    }

    [Fact]
    public void The_command_line_can_change_one_instance_and_the_sections_beside_the_stages()
    {
        var pipeline = ConfigFile.LoadStages(
            """
              a: { uses: table, with: { path: a } }
              b: { uses: cut, matrix: { size: [0.1, 0.2] }, with: { table: a, test_size: $(matrix.size) } }
            """,
            ("b.0.1.test_size", "0.5"), ("runtime.device", "cpu"), ("numerics.dtype", "fp16"));

        Assert.Equal(0.5, ((CutOptions)pipeline["b.0.1"]!.Options).TestSize);
        Assert.Equal(0.2, ((CutOptions)pipeline["b.0.2"]!.Options).TestSize);
        Assert.Equal(("cpu", Dtype.Fp16), (pipeline.Runtime.Device, pipeline.Numerics.Dtype));
        Assert.Equal("command line -p numerics.dtype=fp16", pipeline.OriginOf("numerics.dtype").ToString());
    }

    [Fact]
    public void The_command_line_can_change_an_option_that_a_property_gives()
    {
        var pipeline = ConfigFile.Load(
            """
            properties: { options: { table: a, sample: 3 } }
            stages:
              a: { uses: table, with: { path: a } }
              b: { uses: pick, with: $(options) }
            """,
            ("b.sample", "4"));

        Assert.Equal(4, ((PickOptions)pipeline["b"]!.Options).Sample);
    }

    [Fact]
    public void A_range_can_stand_in_a_list_and_come_from_the_command_line()
    {
        const string Yaml = """
            properties: { seeds: [1..3, 10] }
            stages:
              a: { uses: table, with: { path: a } }
              b: { uses: pick, matrix: { seed: $(seeds) }, with: { table: a, random_state: $(matrix.seed) } }
            """;

        Assert.Equal(["a", "b.1", "b.2", "b.3", "b.10"], Names(ConfigFile.Load(Yaml)));
        Assert.Equal(["a", "b.4", "b.5"], Names(ConfigFile.Load(Yaml, ("seeds", "4..5"))));
        Assert.Equal("5", ConfigFile.Load(Yaml, ("seeds", "4..5"))["b.5"]!.Matrix["seed"]);
    }

    private static IEnumerable<string> Names(Pipeline pipeline) => pipeline.Stages.Select(stage => stage.Name);
}
