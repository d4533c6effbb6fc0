// A config without mistakes: the stages, inputs, paths and options that it gives.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Tests.Config;

public sealed class PipelineTests
{
    internal const string Whole = """
        name: americanas
        root: ..
        properties:
          data: data/reviews.parquet
          seed: 271828
          epochs: 20
          kept: [text, label]
        stages:
          reviews:    { uses: table, with: { path: $(data) } }
          labelled:   { uses: pick, with: { table: reviews, where: split == "train", sample: 600, random_state: $(seed), columns: $(kept) } }
          holdout:    { uses: pick, with: { table: reviews, where: 'split != "train"', except: labelled } }
          corpus:     { uses: cut, with: { table: reviews, test_size: 1E-1 } }
          tokens:
            uses: pick
            matrix: { rows: [labelled, holdout] }
            with: { table: $(matrix.rows) }
            expect: { labelled: { rows: 600 }, holdout: { rows: 1e3 } }
          parts:
            uses: pick
            matrix: { part: [train, test] }
            with: { table: "corpus:$(matrix.part)" }
            expect: { rows: 9226 }
          random:     { uses: learn, with: { model: { config_of: tokens.labelled, weights: random }, train: parts.train, learning_rate: 2e-5, num_train_epochs: $(epochs) } }
          pretrained: { uses: learn, with: { model: tokens.labelled, train: parts.test }, after: [tokens, corpus] }
          results:    { uses: comparison, with: { results: ["random", 'pretrained:log', tokens.*], baseline: random } }
        runtime: { device: cuda:1, checkpoint_every: 30s, threads: 4 }
        numerics: { dtype: bf16 }
        """;

    [Fact]
    public void The_stages_come_in_an_order_in_which_they_can_run()
    {
        var pipeline = ConfigFile.Load(Whole);

        Assert.Equal(
            [
                "reviews", "labelled", "holdout", "corpus", "tokens.labelled", "tokens.holdout", "parts.train", "parts.test",
                "random", "pretrained", "results",
            ],
            pipeline.Stages.Select(stage => stage.Name));
        Assert.Equal(("tokens", "holdout"), (pipeline["tokens.holdout"]!.StageName, pipeline["tokens.holdout"]!.Instance));
        Assert.Null(pipeline["reviews"]!.Instance);
        Assert.Equal(new SourceLocation("c.yaml", 9, 3), pipeline["reviews"]!.Location);
    }

    [Fact]
    public void A_stage_comes_after_what_it_needs_and_otherwise_where_it_stands()
    {
        var pipeline = ConfigFile.LoadStages("""
              c: { uses: pick, with: { table: a } }
              b: { uses: table, with: { path: b }, after: [c] }
              d: { uses: table, with: { path: d } }
              a: { uses: table, with: { path: a } }
            """);

        Assert.Equal(["d", "a", "c", "b"], pipeline.Stages.Select(stage => stage.Name));
    }

    [Fact]
    public void Options_are_bound_with_their_types_and_defaults()
    {
        var pipeline = ConfigFile.Load(Whole);

        var labelled = (PickOptions)pipeline["labelled"]!.Options;
        Assert.Equal("split == \"train\"", labelled.Where!.ToString());
        Assert.Equal((600, 271828), (labelled.Sample, labelled.RandomState));
        Assert.Equal(["text", "label"], labelled.Columns!);
        var random = (LearnOptions)pipeline["random"]!.Options;
        Assert.Equal((2e-5, 20, Schedule.Linear, true), (random.LearningRate, random.NumTrainEpochs, random.LrSchedulerType, random.LoadBestModelAtEnd));
        Assert.Equal("random", random.Model.Weights);
        Assert.Equal(0.1, ((CutOptions)pipeline["corpus"]!.Options).TestSize);
    }

    [Fact]
    public void Inputs_have_the_paths_of_their_options_as_roles()
    {
        var pipeline = ConfigFile.Load(Whole);

        Assert.Equal(
            ["results[0] random model", "results[1] pretrained log", "results[2] tokens.labelled rows", "results[3] tokens.holdout rows", "baseline random model"],
            pipeline["results"]!.Inputs.Select(Shown));
        Assert.Equal(["model.config_of tokens.labelled rows", "train parts.train rows"], pipeline["random"]!.Inputs.Select(Shown));
        Assert.Equal(["table corpus train"], pipeline["parts.train"]!.Inputs.Select(Shown));
        Assert.Equal(["table corpus test"], pipeline["parts.test"]!.Inputs.Select(Shown));
        Assert.Equal(["table labelled rows"], pipeline["tokens.labelled"]!.Inputs.Select(Shown));

        static string Shown(InputUse use) => $"{use.Role} {use.Input.Stage} {use.Input.Output}";
    }

    [Fact]
    public void A_scalar_is_short_for_a_record_and_means_the_same()
    {
        var shorthand = ConfigFile.Load(Whole)["pretrained"]!;

        Assert.Equal("model.config_of", shorthand.Inputs[0].Role);
        Assert.Equal("pretrained", ((LearnOptions)shorthand.Options).Model.Weights);
    }

    [Fact]
    public void Labels_that_are_not_given_are_the_names_of_the_references() =>
        Assert.Equal(["random", "pretrained", "labelled", "holdout"], ((CompareOptions)ConfigFile.Load(Whole)["results"]!.Options).Labels);

    [Fact]
    public void A_list_of_stages_to_wait_for_holds_all_instances() =>
        Assert.Equal(["tokens.labelled", "tokens.holdout", "corpus"], ConfigFile.Load(Whole)["pretrained"]!.After);

    [Fact]
    public void Expected_facts_belong_to_an_instance_or_to_all()
    {
        var pipeline = ConfigFile.Load(Whole);

        Assert.Equal(600, pipeline["tokens.labelled"]!.Expected["rows"]["rows"]);
        Assert.Equal(1000, pipeline["tokens.holdout"]!.Expected["rows"]["rows"]);
        Assert.Equal(9226, pipeline["parts.test"]!.Expected["rows"]["rows"]);
        Assert.Empty(pipeline["corpus"]!.Expected);
    }

    [Fact]
    public void Expected_facts_can_name_an_output_and_otherwise_belong_to_the_first()
    {
        var pipeline = ConfigFile.LoadStages("""
              a: { uses: table, with: { path: a } }
              b: { uses: cut, with: { table: a }, expect: { rows: 90, test: { rows: 10 } } }
            """);

        Assert.Equal(90, pipeline["b"]!.Expected["train"]["rows"]);
        Assert.Equal(10, pipeline["b"]!.Expected["test"]["rows"]);
    }

    [Theory]
    [InlineData("24GB", 24_000_000_000)]
    [InlineData("24GiB", 25_769_803_776)]
    [InlineData("512MB", 512_000_000)]
    public void Memory_is_given_in_powers_of_1000_or_1024(string memory, long bytes) => Assert.Equal(bytes, new RuntimeOptions { Memory = memory }.MemoryBytes);

    [Fact]
    public void The_runtime_and_the_numerics_are_read()
    {
        var pipeline = ConfigFile.Load(Whole);

        Assert.Equal(new RuntimeOptions { Device = "cuda:1", CheckpointEvery = TimeSpan.FromSeconds(30), Threads = 4 }, pipeline.Runtime);
        Assert.Equal(Dtype.Bf16, pipeline.Numerics.Dtype);
        Assert.Equal("bf16", pipeline.Numerics.Word);
    }

    [Fact]
    public void What_is_not_given_has_its_default()
    {
        var pipeline = ConfigFile.LoadStages("  a: { uses: table, with: { path: a } }");

        Assert.Equal(("c", "c.yaml"), (pipeline.Name, pipeline.ConfigPath));
        Assert.Equal(new RuntimeOptions { Device = "auto", CheckpointEvery = TimeSpan.FromMinutes(5), Threads = null }, pipeline.Runtime);
        Assert.Equal(Dtype.Fp32, pipeline.Numerics.Dtype);
    }

    [Fact]
    public void A_path_in_the_config_is_relative_to_the_root_and_one_on_the_command_line_to_the_current_folder()
    {
        using var file = new ConfigFile(Whole);

        var written = file.Load();
        var given = file.Load(("data", "other.parquet"));
        var option = file.Load(("reviews.path", "third.parquet"));

        var parent = Path.GetDirectoryName(file.Folder)!;
        Assert.Equal(parent, written.Root);
        Assert.Equal(Path.Combine(parent, "data/reviews.parquet"), written["reviews"]!.Paths[0].Path.FullPath);
        Assert.Equal("data/reviews.parquet", written["reviews"]!.Paths[0].Path.Text);
        Assert.Equal(Path.Combine(file.Folder, "other.parquet"), given["reviews"]!.Paths[0].Path.FullPath);
        Assert.Equal(Path.Combine(file.Folder, "third.parquet"), option["reviews"]!.Paths[0].Path.FullPath);
    }

    [Fact]
    public void A_path_that_begins_with_an_overridden_property_is_relative_to_the_current_folder()
    {
        using var file = new ConfigFile("""
            root: inner
            properties: { folder: data, file: a.parquet, path: $(folder)/$(file) }
            stages:
              a: { uses: table, with: { path: $(path) } }
            """);

        Assert.Equal(Path.Combine(file.Folder, "mine/a.parquet"), file.Load(("folder", "mine"))["a"]!.Paths[0].Path.FullPath);
        Assert.Equal(Path.Combine(file.Folder, "inner/data/b.parquet"), file.Load(("file", "b.parquet"))["a"]!.Paths[0].Path.FullPath);
    }

    [Fact]
    public void A_path_has_the_patterns_of_its_option()
    {
        var learn = ConfigFile.LoadStages("""
              a: { uses: table, with: { path: a } }
              b: { uses: learn, with: { model: a, train: a, vocabulary: v } }
            """)["b"]!;

        Assert.Equal("vocabulary", learn.Paths[0].Role);
        Assert.Equal(["*.json", "vocab.txt"], learn.Paths[0].Patterns);
    }

    [Fact]
    public void An_option_of_a_stage_can_be_given_on_the_command_line_for_all_instances()
    {
        var pipeline = ConfigFile.Load(
            Whole, ("tokens.sample", "5"), ("pretrained.model.weights", "random"), ("pretrained.learning_rate", "3e-5"), ("labelled.columns", "[id, 'text']"));

        Assert.Equal(5, ((PickOptions)pipeline["tokens.labelled"]!.Options).Sample);
        Assert.Equal(5, ((PickOptions)pipeline["tokens.holdout"]!.Options).Sample);
        var pretrained = (LearnOptions)pipeline["pretrained"]!.Options;
        Assert.Equal(("tokens.labelled", "random", 3e-5), (pretrained.Model.ConfigOf.Stage, pretrained.Model.Weights, pretrained.LearningRate));
        Assert.Equal(["id", "text"], ((PickOptions)pipeline["labelled"]!.Options).Columns!);
    }

    [Fact]
    public void The_place_of_an_option_is_found_by_its_path()
    {
        var pipeline = ConfigFile.Load(Whole, ("random.learning_rate", "1e-3"));

        Assert.Equal(new SourceLocation("c.yaml", 12, 43), pipeline["corpus"]!.LocationOf("table"));
        Assert.Equal(new SourceLocation("c.yaml", 23, 84), pipeline["random"]!.LocationOf("model.weights"));
        Assert.Equal(new SourceLocation("c.yaml", 23, 45), pipeline["random"]!.LocationOf("model.check_files"));
        Assert.Equal(new SourceLocation("c.yaml", 25, 63), pipeline["results"]!.LocationOf("results[1]"));
        Assert.Equal(new SourceLocation("c.yaml", 23, 3), pipeline["random"]!.LocationOf("seed"));
        Assert.Null(pipeline["random"]!.LocationOf("learning_rate"));
    }

    [Fact]
    public void Every_value_knows_where_it_came_from()
    {
        var pipeline = ConfigFile.Load(Whole, ("random.learning_rate", "1e-3"), ("seed", "7"));

        Assert.Equal("c.yaml:12:63", Origin("corpus", "test_size"));
        Assert.Equal("c.yaml:10:105 (command line -p seed=7)", Origin("labelled", "random_state"));
        Assert.Equal("c.yaml:10:123 (property 'kept', c.yaml:7:9)", Origin("labelled", "columns"));
        Assert.Equal("c.yaml:7:16", Origin("labelled", "columns[1]"));
        Assert.Equal("c.yaml:16:20 (matrix value of 'rows', c.yaml:15:32)", Origin("tokens.holdout", "table"));
        Assert.Equal("c.yaml:23:84", Origin("random", "model.weights"));
        Assert.Equal("command line -p random.learning_rate=1e-3", Origin("random", "learning_rate"));
        Assert.Equal("default", Origin("random", "model.check_files"));
        Assert.Equal("default", Origin("random", "weights[0]"));
        Assert.Equal("c.yaml:25:63", Origin("results", "results[1]"));
        Assert.Equal(OriginKind.CommandLine, pipeline["labelled"]!.OriginOf("random_state").Kind);
        Assert.Equal("c.yaml:27:20", pipeline.OriginOf("numerics.dtype").ToString());
        Assert.Equal(ValueOrigin.Default, pipeline.OriginOf("runtime.nothing"));

        string Origin(string stage, string option) => pipeline[stage]!.OriginOf(option).ToString();
    }

    [Fact]
    public void Axes_multiply_and_a_range_counts()
    {
        var pipeline = ConfigFile.LoadStages("""
              a: { uses: table, with: { path: a } }
              b:
                uses: cut
                matrix: { size: [0.1, 2e-1], fold: 1..3 }
                with: { table: a, test_size: $(matrix.size) }
              c: { uses: pick, with: { table: b.0.1-3:test } }
              d: { uses: comparison, with: { results: b.* } }
            """);

        Assert.Equal(
            ["a", "b.0.1-1", "b.0.1-2", "b.0.1-3", "b.2e-1-1", "b.2e-1-2", "b.2e-1-3", "c", "d"],
            pipeline.Stages.Select(stage => stage.Name));
        Assert.Equal(0.2, ((CutOptions)pipeline["b.2e-1-1"]!.Options).TestSize);
        Assert.Equal(new Input("b.0.1-3", "test", new SourceLocation("c.yaml", 7, 35)), ((PickOptions)pipeline["c"]!.Options).Table);
        Assert.Equal("0.1-1", ((CompareOptions)pipeline["d"]!.Options).Labels[0]);
    }

    [Fact]
    public void Names_of_instances_have_a_hyphen_for_what_a_name_cannot_have()
    {
        var pipeline = ConfigFile.LoadStages("""
              a: { uses: table, matrix: { file: [data/a b.csv, data/c.csv] }, with: { path: $(matrix.file) } }
            """);

        Assert.Equal(["a.data-a-b.csv", "a.data-c.csv"], pipeline.Stages.Select(stage => stage.Name));
    }

    [Fact]
    public void An_anchor_stands_for_its_node()
    {
        var pipeline = ConfigFile.LoadStages("""
              a: { uses: table, with: &where { path: a } }
              b: { uses: table, with: *where }
            """);

        Assert.Equal(pipeline["a"]!.Paths[0].Path.FullPath, pipeline["b"]!.Paths[0].Path.FullPath);
    }

    [Fact]
    public void Properties_use_properties_and_the_environment_and_a_doubled_dollar_stands_for_itself()
    {
        Environment.SetEnvironmentVariable("TLPIPE_CONFIG_TEST", "7");
        var options = (PickOptions)ConfigFile.Load("""
            properties:
              number: $(env:TLPIPE_CONFIG_TEST)
              name: text_$(number)
              all: [$(name), "$$(name)", "a$(number)b$$(c", $5]
            stages:
              a: { uses: table, with: { path: a } }
              b: { uses: pick, with: { table: a, sample: $(number), columns: $(all) } }
            """)["b"]!.Options;

        Assert.Equal(7, options.Sample);
        Assert.Equal(["text_7", "$(name)", "a7b$(c", "$5"], options.Columns!);
    }
}
