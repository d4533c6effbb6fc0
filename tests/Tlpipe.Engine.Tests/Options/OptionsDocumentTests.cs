// Options as JSON: the part in a key, and the round trip to another process.
using System.Text.Json.Nodes;
using CsCheck;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Tests.Config;

namespace Tlpipe.Engine.Tests.Options;

public sealed class OptionsDocumentTests
{
    private static readonly LearnOptions Learn = new()
    {
        Model = new ModelSource { ConfigOf = new Input("base", "model", null), CheckFiles = true },
        Train = new Input("tokens.train", "rows", null),
        Vocabulary = new InputPath("/data/vocab", "vocab", null),
        LrSchedulerType = Schedule.CosineWithRestarts,
        Weights = [1, 0.5],
    };

    [Fact]
    public void A_key_takes_the_semantic_options_with_defaults_and_without_references() =>
        Assert.Equal(
            """
            {"learning_rate":5E-05,"adam_beta1":0.9,"num_train_epochs":3,"lr_scheduler_type":"cosine-with-restarts","load_best_model_at_end":true,"max_grad_norm":1,"max_steps":null,"model":{"weights":"pretrained"},"weights":[1,0.5]}
            """.Trim(),
            OptionsDocument.Write(OptionModel.Of(typeof(LearnOptions)), Learn, executionOnly: false).ToJsonString());

    private sealed record GrownOptions
    {
        public int Rows { get; init; } = 3;

        [AddedLater("false")]
        public bool Strict { get; init; } = true;

        [AddedLater("null")]
        public double? Limit { get; init; }
    }

    [Theory]
    [InlineData(false, null, """{"rows":3}""")]
    [InlineData(true, null, """{"rows":3,"strict":true}""")]
    [InlineData(false, 0.5, """{"rows":3,"limit":0.5}""")]
    public void An_option_added_later_is_in_a_key_only_where_it_changes_what_was_before(bool strict, double? limit, string expected) =>
        Assert.Equal(expected, OptionsDocument.Write(OptionModel.Of(typeof(GrownOptions)), new GrownOptions { Strict = strict, Limit = limit }, executionOnly: false).ToJsonString());

    [Fact]
    public void Another_process_gets_an_option_added_later_whatever_its_value() =>
        Assert.Equal(
            """{"rows":3,"strict":false,"limit":null}""",
            OptionsDocument.Write(OptionModel.Of(typeof(GrownOptions)), new GrownOptions { Strict = false }, executionOnly: false, references: true).ToJsonString());

    [Fact]
    public void Execution_only_options_are_written_apart() =>
        Assert.Equal(
            """{"model":{"check_files":true},"workers":1,"pause":30}""",
            OptionsDocument.Write(OptionModel.Of(typeof(LearnOptions)), Learn, executionOnly: true).ToJsonString());

    [Fact]
    public void References_are_written_where_they_are_asked_for()
    {
        var json = OptionsDocument.Write(OptionModel.Of(typeof(LearnOptions)), Learn, executionOnly: false, references: true);

        Assert.Equal("""{"stage":"tokens.train","output":"rows"}""", json["train"]!.ToJsonString());
        Assert.Equal("""{"stage":"base","output":"model"}""", json["model"]!["config_of"]!.ToJsonString());
        Assert.Equal("/data/vocab", (string?)json["vocabulary"]!["path"]);
    }

    [Fact]
    public void Spellings_of_an_expression_that_mean_the_same_are_written_alike() =>
        Assert.Equal(WriteWhere("split=='train' and (stars in [1,2])"), WriteWhere("(split == \"train\")  and stars in [1, 2]"));

    [Fact]
    public void What_is_written_and_read_is_what_it_was()
    {
        var input = Gen.Select(Gen.OneOfConst("a", "b.train", "tokens.0.1-x"), Gen.OneOfConst("rows", "model")).Select((stage, output) => new Input(stage, output, null));
        var path = Gen.String.Select(text => new InputPath("/x/" + text, text, null));
        var source = Gen.Select(input, Gen.String, Gen.Bool).Select((of, weights, check) => new ModelSource { ConfigOf = of, Weights = weights, CheckFiles = check });
        var number = Gen.Double.Where(double.IsFinite);
        var arguments = Gen.Select(number, Gen.Int, Gen.Enum<Schedule>(), Gen.Bool, Gen.Long.Nullable());
        var rest = Gen.Select(source, input, path.Null(), Gen.Int, Gen.Int[0, 1_000_000], number.Array);

        Gen.Select(arguments, rest).Sample((first, second) =>
        {
            var options = new LearnOptions
            {
                LearningRate = first.Item1,
                NumTrainEpochs = first.Item2,
                LrSchedulerType = first.Item3,
                LoadBestModelAtEnd = first.Item4,
                MaxSteps = first.Item5,
                Model = second.Item1,
                Train = second.Item2,
                Vocabulary = second.Item3,
                Workers = second.Item4,
                Pause = TimeSpan.FromSeconds(second.Item5),
                Weights = second.Item6,
            };
            var again = (LearnOptions)SentAndRead(options);
            return again.Weights.SequenceEqual(options.Weights) && again with { Weights = options.Weights } == options;
        });
    }

    [Fact]
    public void Expressions_lists_of_references_and_nulls_survive_too()
    {
        var pick = new PickOptions { Table = new Input("a", "rows", null), Where = Expression.Parse("a not in ['x\"y', null]", null), Columns = null };
        var compare = new CompareOptions { Results = [new Input("a", "x", null), new Input("b.c", "y", null)], Labels = ["a", "c"] };

        var pickAgain = (PickOptions)SentAndRead(pick);
        var compareAgain = (CompareOptions)SentAndRead(compare);

        Assert.Equal(pick, pickAgain);
        Assert.Equal(compare.Results, compareAgain.Results);
        Assert.Equal(compare.Labels, compareAgain.Labels);
        Assert.Null(compareAgain.Baseline);
    }

    [Fact]
    public void A_document_of_another_version_is_refused() =>
        Assert.Throws<FormatException>(() => OptionsDocument.Read(OptionModel.Of(typeof(PickOptions)), [], []));

    private static object SentAndRead(object options)
    {
        var model = OptionModel.Of(options.GetType());
        return OptionsDocument.Read(model, Sent(executionOnly: false), Sent(executionOnly: true));

        JsonObject Sent(bool executionOnly) =>
            JsonNode.Parse(OptionsDocument.Write(model, options, executionOnly, references: true).ToJsonString())!.AsObject();
    }

    private static string WriteWhere(string text) =>
        OptionsDocument.Write(
            OptionModel.Of(typeof(PickOptions)), new PickOptions { Table = new Input("a", "rows", null), Where = Expression.Parse(text, null) }, executionOnly: false)
            .ToJsonString();
}
