// Stages are found by reflection and called without their type arguments.
using System.Reflection;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Tests.Config;

public sealed class StageCatalogTests
{
    [Fact]
    public void Stages_are_found_in_an_assembly()
    {
        var catalog = StageCatalog.FromAssembly(Assembly.GetExecutingAssembly());

        Assert.True(catalog.TryGet("learn", out var learn));
        Assert.Equal((2, true, typeof(LearnOptions)), (learn.Version, learn.UsesTensors, learn.OptionsType));
        Assert.Equal([new StageOutput("model", "the model"), new StageOutput("log", "its training")], learn.Outputs);
    }

    [Fact]
    public void Options_of_the_record_that_is_derived_from_come_first_and_are_named_as_Hugging_Face_does() =>
        Assert.Equal(
            [
                "learning_rate", "adam_beta1", "num_train_epochs", "lr_scheduler_type", "load_best_model_at_end", "max_grad_norm", "max_steps",
                "model", "train", "vocabulary", "workers", "pause", "weights",
            ],
            StageKind.Of(typeof(LearnStage)).Options.Options.Select(option => option.Name));

    [Fact]
    public void An_option_knows_what_its_property_says()
    {
        var options = StageKind.Of(typeof(LearnStage)).Options;

        Assert.Equal((true, null, ValueKind.Record), (options["model"]!.Required, options["model"]!.Default, options["model"]!.Type.Kind));
        Assert.Equal("config_of", options["model"]!.Type.Record!.Shorthand!.Name);
        Assert.Equal((false, 5e-5, ValueKind.Number), (options["learning_rate"]!.Required, options["learning_rate"]!.Default, options["learning_rate"]!.Type.Kind));
        Assert.Equal((true, 1.0), (options["workers"]!.ExecutionOnly, options["workers"]!.Bounds!.Least));
        Assert.Equal(["*.json", "vocab.txt"], options["vocabulary"]!.Patterns);
        Assert.Equal(["linear", "constant", "cosine-with-restarts"], options["lr_scheduler_type"]!.Type.Words);
        Assert.Equal((true, typeof(long)), (options["max_steps"]!.Type.Nullable, options["max_steps"]!.Type.ClrType));
        Assert.True(options["vocabulary"]!.Type.Nullable);
        Assert.False(options["train"]!.Type.Nullable);
    }

    [Fact]
    public void Members_of_an_enum_are_words_in_kebab_case()
    {
        var dtype = OptionModel.Of(typeof(NumericsOptions))["dtype"]!.Type;
        var schedule = OptionModel.Of(typeof(Arguments))["lr_scheduler_type"]!.Type;

        Assert.Equal(["fp32", "bf16", "fp16"], dtype.Words);
        Assert.Equal("cosine-with-restarts", schedule.ToWord(Schedule.CosineWithRestarts));
        Assert.Equal(Schedule.CosineWithRestarts, schedule.FromWord("cosine-with-restarts"));
        Assert.Null(schedule.FromWord("CosineWithRestarts"));
    }

    [Fact]
    public void Exceptions_of_a_stage_arrive_as_they_were_thrown()
    {
        var pick = StageKind.Of(typeof(PickStage));

        var problem = Assert.Throws<InvalidOperationException>(
            () => pick.Run(new PickOptions { Table = new Input("a", "rows", null) }, null!));

        Assert.Equal("picked nothing", problem.Message);
    }

    [Fact]
    public void A_forecast_is_asked_for_without_the_type_of_the_options()
    {
        var options = new LearnOptions { Model = new ModelSource { ConfigOf = new Input("a", "model", null) }, Train = new Input("b", "rows", null) };

        var forecast = StageKind.Of(typeof(LearnStage)).Foresee(options, input => Facts.None.With("rows", input.Stage == "b" ? 7 : 0));

        Assert.Equal(7, forecast.Outputs["model"]["rows"]);
        Assert.Equal(3, forecast.Work!.Updates);
    }

    [Fact]
    public void A_class_that_is_no_stage_is_refused() =>
        Assert.Equal("NotAStage has no [Stage]", Assert.Throws<ArgumentException>(() => StageKind.Of(typeof(NotAStage))).Message);

    [Theory]
    [InlineData(typeof(OddOptions), "OddOptions.Table: an option cannot be of type Dictionary`2")]
    [InlineData(typeof(PositionalOptions), "PositionalOptions needs a public constructor without parameters to hold options")]
    [InlineData(typeof(NamelessOptions), "NamelessOptions.Labels must be a list of text that names a list of references")]
    public void A_record_that_cannot_hold_options_is_refused(Type record, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => OptionModel.Of(record)).Message);

    [Fact]
    public void Two_stages_of_one_name_are_refused() =>
        Assert.Throws<ArgumentException>(() => StageCatalog.Of(typeof(TableStage), typeof(TableStage)));

    private sealed class NotAStage;

    private sealed record OddOptions
    {
        public Dictionary<string, string> Table { get; init; } = [];
    }

    private sealed record PositionalOptions(string Text);

    private sealed record NamelessOptions
    {
        [NamesOf("results")]
        public IReadOnlyList<string> Labels { get; init; } = [];
    }
}
