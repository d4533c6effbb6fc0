// config show, config get, stages and init, as the user uses them.
using System.Text.Json;

namespace Tlpipe.Tests.Config;

[Trait(Tier.Name, Tier.All)]
public sealed class ConfigCommandTests
{
    private const string Yaml = """
        name: shown
        imports: [common.yaml]
        properties: { seed: 5 }
        stages:
          part:
            uses: select
            matrix: { side: [train, test] }
            with: { table: reviews, where: split == "$(matrix.side)", sample: 10, random_state: $(seed) }
        """;

    [Fact]
    public void A_config_is_shown_as_it_is_written_with_its_imports_and_the_command_line()
    {
        using var folder = Folder();

        var ended = TlpipeProcess.Run(folder.Path, "config", "show", "shown.yaml", "-p", "part.sample=20", "-p", "data=b.csv", "--origin");

        Assert.Equal(0, ended.ExitCode);
        Assert.Equal(
            """
            name: shown  # shown.yaml:1:7
            properties:
              data: b.csv  # command line -p data=b.csv
              seed: 5  # shown.yaml:3:21
            stages:
              reviews:
                uses: read-table  # common.yaml:2:28
                with:
                  path: $(data)  # common.yaml:2:54
              part:
                uses: select  # shown.yaml:6:11
                matrix:
                  side: [train, test]  # shown.yaml:7:21
                with:
                  table: reviews  # shown.yaml:8:20
                  where: split == "$(matrix.side)"  # shown.yaml:8:36
                  sample: 20  # command line -p part.sample=20
                  random_state: $(seed)  # shown.yaml:8:89
            """,
            ended.Output.Trim());
    }

    [Fact]
    public void One_value_is_got_by_the_names_that_the_command_line_has()
    {
        using var folder = Folder();

        Assert.Equal("5", Get("seed"));
        Assert.Equal("5", Get("properties.seed"));
        Assert.Equal("10", Get("part.sample"));
        Assert.Equal("split == \"test\"", Get("part.test.where"));
        Assert.Equal("split == \"test\"", Get("stages.part.test.with.where"));
        Assert.Equal(Path.Combine(folder.Path, "a.csv"), Get("reviews.path"));
        Assert.Equal("auto  # default", Get("runtime.device", "--origin"));
        Assert.Equal("null", Get("part.columns"));
        Assert.Equal("7  # command line -p seed=7", Get("seed", "--origin", "-p", "seed=7"));
        var missing = TlpipeProcess.Run(folder.Path, "config", "get", "shown.yaml", "part.where");
        Assert.Equal((2, "error TL0601: the config has no value 'part.where'; its instances differ; name one of part.train, part.test"), (missing.ExitCode, missing.Errors.Trim()));

        string Get(string path, params string[] more)
        {
            var ended = TlpipeProcess.Run(folder.Path, ["config", "get", "shown.yaml", path, .. more]);
            Assert.True(ended.ExitCode == 0, ended.Errors);
            return ended.Output.Trim();
        }
    }

    [Fact]
    public void A_resolved_config_is_printed_as_JSON_with_the_origin_of_every_value()
    {
        using var folder = Folder();

        var ended = TlpipeProcess.Run(folder.Path, "config", "show", "shown.yaml", "--resolved", "--origin", "--json", "-p", "seed=7");

        using var json = JsonDocument.Parse(ended.Output);
        var part = json.RootElement.GetProperty("config").GetProperty("stages").GetProperty("part.train").GetProperty("with");
        Assert.Equal(7, part.GetProperty("random_state").GetInt32());
        Assert.Equal(JsonValueKind.False, part.GetProperty("replace").ValueKind);
        var origins = json.RootElement.GetProperty("origins");
        Assert.Equal("shown.yaml:8:89 (command line -p seed=7)", origins.GetProperty("stages.part.train.with.random_state").GetString());
        Assert.Equal("default", origins.GetProperty("stages.part.train.with.replace").GetString());
    }

    [Fact]
    public void A_secret_is_shown_by_the_name_of_its_variable_alone()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["s.yaml"], "properties: { token: !secret env:TLPIPE_SHOWN }\nstages: { a: { uses: read-table, with: { path: a.csv } } }\n");
        var environment = new Dictionary<string, string> { ["TLPIPE_SHOWN"] = "hf_letters" };

        var written = TlpipeProcess.Run(folder.Path, environment, "config", "show", "s.yaml");
        var resolved = TlpipeProcess.Run(folder.Path, environment, "config", "show", "s.yaml", "--resolved", "--json");

        Assert.Contains("token: !secret env:TLPIPE_SHOWN", written.Output);
        Assert.Contains("!secret env:TLPIPE_SHOWN", resolved.Output);
        Assert.DoesNotContain("hf_letters", written.Output + resolved.Output);
    }

    [Fact]
    public void The_reference_of_a_stage_has_type_range_default_and_meaning_of_each_option()
    {
        var text = TlpipeProcess.Run(TestFiles.Repository, "stages", "select");
        var json = TlpipeProcess.Run(TestFiles.Repository, "stages", "select", "--json");

        Assert.Contains("  table: a reference to a stage, required", text.Lines);
        Assert.Contains("  sample: a whole number from 1 on, default no sampling", text.Lines);
        Assert.Contains("  generator: one of legacy, default_rng, default legacy", text.Lines);
        using var parsed = JsonDocument.Parse(json.Output);
        var options = parsed.RootElement.GetProperty("options").EnumerateArray().ToList();
        Assert.All(options, option => Assert.NotEqual("", option.GetProperty("meaning").GetString()));
        Assert.Equal("from 1 on", options.Single(option => option.GetProperty("name").GetString() == "sample").GetProperty("range").GetString());
    }

    [Fact]
    public void Init_writes_a_config_that_can_be_planned_and_touches_nothing_that_is_there()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[".gitignore"], "mine");

        var written = TlpipeProcess.Run(folder.Path, "init");
        var planned = TlpipeProcess.Run(folder.Path, "plan", "configs/quickstart.yaml");
        var again = TlpipeProcess.Run(folder.Path, "init");
        var other = TlpipeProcess.Run(folder.Path, "init", "--from", "mini");

        Assert.Equal((0, 0, 2, 0), (written.ExitCode, planned.ExitCode, again.ExitCode, other.ExitCode));
        Assert.Equal("mine", File.ReadAllText(folder[".gitignore"]));
        Assert.Equal(File.ReadAllText(Path.Combine(TestFiles.Repository, "configs", "quickstart.yaml")), File.ReadAllText(folder["configs/quickstart.yaml"]));
        Assert.True(File.Exists(folder["configs/tlpipe.schema.json"]));
        foreach (var file in new[] { "model.safetensors", "vocab.txt", "README.md" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(TestFiles.Repository, "data", "small-bert", file)), File.ReadAllBytes(folder["data/small-bert/" + file]));
        Assert.Equal("error TL0601: 'configs/quickstart.yaml' is there already; move it away, or give another folder: tlpipe init FOLDER", again.Errors.Trim());
    }

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(folder["shown.yaml"], Yaml);
        File.WriteAllText(folder["common.yaml"], "properties: { data: a.csv, seed: 1 }\nstages: { reviews: { uses: read-table, with: { path: $(data) } } }\n");
        return folder;
    }
}
