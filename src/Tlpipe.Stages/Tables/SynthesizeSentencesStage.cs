// synthesize-sentences: general Portuguese sentences made up by a grammar.
using System.ComponentModel.DataAnnotations;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Tables;
using Tlpipe.Text.Reviews;

namespace Tlpipe.Stages.Tables;

/// <summary>Options of <c>synthesize-sentences</c>.</summary>
public sealed record SynthesizeSentencesOptions
{
    /// <summary>Sentences to make. Default: 10000.</summary>
    [Range(1, 10_000_000)]
    public int Rows { get; init; } = 10_000;

    /// <summary>The seed. Default: 42.</summary>
    public long Seed { get; init; } = 42;
}

/// <summary>Makes general Portuguese sentences up, in one column text: something for a small BERT to learn the language from before it meets reviews.</summary>
[Stage("synthesize-sentences", version: 2)]
[Output("table", "the sentences", Kind = OutputKinds.Table)]
public sealed class SynthesizeSentencesStage : IStage<SynthesizeSentencesOptions>
{
    public Forecast Foresee(SynthesizeSentencesOptions options, Func<Input, Facts> facts) => Forecast.Of("table", TableFiles.Rows(options.Rows));

    public void Run(SynthesizeSentencesOptions options, StageRun run)
    {
        var texts = GeneralSentences.Write(options.Rows, options.Seed);
        TableFiles.Publish(new Table([Column.Text("text", [.. texts])]), run, "table");
    }
}
