// An option's default is said once: doc comments against values, and the reference's rows.
using System.Globalization;
using System.Text.RegularExpressions;
using Tlpipe.Engine.Options;
using Tlpipe.Reference;
using Tlpipe.Stages;

namespace Tlpipe.Tests;

public sealed partial class OptionDefaultTests
{
    private static readonly string[] Reference = File.ReadAllLines(Path.Combine(TestFiles.Repository, "docs", "reference.md"));

    [Fact]
    public void A_comment_states_the_default_that_the_option_has()
    {
        var options = StageKinds.Catalog.Kinds.Select(kind => kind.Options)
            .Append(OptionModel.Of(typeof(RuntimeOptions))).Append(OptionModel.Of(typeof(NumericsOptions))).SelectMany(All).ToList();

        var stated = options.Select(option => (option.Name, Stated: OptionText.StatedDefault(option), Value: Value(option)))
            .Where(option => option is { Stated: not null, Value: not null }).ToList();

        Assert.True(stated.Count >= 150, $"{stated.Count} comments state a default");
        Assert.DoesNotContain(stated, option => !IsSame(option.Stated!, option.Value!));
        Assert.DoesNotContain(options, option => OptionText.StatedDefault(option) == "null");
    }

    [Fact]
    public void A_row_of_the_reference_names_one_default()
    {
        var rows = Reference.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();

        Assert.True(rows.Count > 300);
        Assert.DoesNotContain(rows, row => Named().Count(row) > 1);
    }

    [Theory]
    [InlineData("learning_rate", "a number from 0 on, default 5e-5", "TrainingArguments")]
    [InlineData("metric_for_best_model", "text, default loss", "TrainingArguments")]
    [InlineData("early_stopping_patience", "a whole number from 1 on, default never", "EarlyStoppingCallback")]
    [InlineData("lr_scheduler_kwargs.power", "a number above 0, default 1", "")]
    [InlineData("gradual_unfreezing", "a whole number from 0 on, default 0, all from the start", "")]
    [InlineData("model.from", "a reference to a stage, optional", "")]
    [InlineData("log_micro_batches", "true or false, default false", "")]
    [InlineData("strip_accents", "true or false, default true", "")]
    [InlineData("strip_accents", @"true or false, default as do\_lower\_case says", "BertTokenizer")]
    [InlineData("revision", "text, default main; not part of a result's identity", "from_pretrained")]
    public void A_row_says_what_holds_where_the_option_is_not_given(string option, string facts, string owner) =>
        Assert.Contains(Reference, row => row.StartsWith($"| `{option}` | {facts} |", StringComparison.Ordinal) && row.EndsWith($" | {owner} |", StringComparison.Ordinal));

    private static IEnumerable<Option> All(OptionModel model) =>
        model.Options.SelectMany(option => (option.Type.Record ?? option.Type.Element?.Record) is { } nested ? All(nested).Prepend(option) : [option]);

    /// <summary>The value as YAML has it; null where there is none.</summary>
    private static string? Value(Option option) => option.Default switch
    {
        null => null,
        TimeSpan duration => $"{duration.TotalMinutes}min",
        var value => OptionsDocument.WriteValue(option.Type, value, references: true)!.ToJsonString() is var text && text == "[]" ? null : text,
    };

    /// <summary>Numbers as numbers; words without quotes and brackets. A comment may continue after a comma.</summary>
    private static bool IsSame(string stated, string value)
    {
        var first = stated.Split(", ")[0];
        return double.TryParse(value, CultureInfo.InvariantCulture, out var number)
            ? double.TryParse(first, CultureInfo.InvariantCulture, out var named) && named == number
            : Marks().Replace(stated, "") == Marks().Replace(value, "");
    }

    [GeneratedRegex(@"\bdefault:? ", RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex(@"[""\\\[\]{} ]|u0022")]
    private static partial Regex Marks();
}
