// A recorded stage's options come back as the record that the stage had.
using System.Text.Json.Nodes;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Runs;
using Tlpipe.Stages;
using Tlpipe.Stages.Experiments;
using Tlpipe.Stages.Tokens;

namespace Tlpipe.Tests;

public sealed class RecordedOptionsTests
{
    [Theory]
    [InlineData("quickstart.yaml")]
    [InlineData("learning-curve.yaml")]
    [InlineData("mini-tune.yaml")]
    public void Every_stage_of_a_config_is_recorded_again_as_it_was(string config)
    {
        var pipeline = Experiment.Of(Pipeline.Load(Path.Combine(TestFiles.Repository, "configs", config), [], StageKinds.Catalog, TestFiles.Repository), StageKinds.Catalog);
        var recorded = ResolvedPipeline.Of(pipeline).ToJson();

        var read = ResolvedPipeline.FromJson(recorded).Stages.ToDictionary(stage => stage.Name, stage => RecordedOptions.Of(stage, StageKinds.Catalog)!);

        Assert.Equal(recorded, ResolvedPipeline.Of(pipeline.With([.. pipeline.Stages.Select(stage => stage.With(read[stage.Name], after: stage.After))])).ToJson());
    }

    [Fact]
    public void An_option_that_an_earlier_version_did_not_have_has_its_default()
    {
        var tokens = Read("tokenize", ("table", "reviews:table"), ("tokenizer", "base:model"), ("text_column", "review"));

        Assert.Equal(new TokenizeOptions { Table = new Input("reviews", "table", null), Tokenizer = new Input("base", "model", null), TextColumn = "review" }, tokens);
    }

    [Fact]
    public void Options_that_this_version_cannot_read_are_no_options()
    {
        Assert.Null(Read("tokenize", ("table", "reviews:table")));
        Assert.Null(Read("tokenize", ("table", "reviews"), ("tokenizer", "base:model")));
        Assert.Null(Read("translate", ("table", "reviews:table")));
    }

    private static object? Read(string kind, params (string Name, string Value)[] options) => RecordedOptions.Of(
        new ResolvedStage("stage", kind, 1, "", options.ToDictionary(option => option.Name, option => (JsonNode?)option.Value), new Dictionary<string, string>(), []),
        StageKinds.Catalog);
}
