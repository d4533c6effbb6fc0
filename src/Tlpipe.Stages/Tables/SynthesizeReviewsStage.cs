// synthesize-reviews: shop reviews made up by a grammar, in the experiment's columns.
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Tables;
using Tlpipe.Text.Reviews;

namespace Tlpipe.Stages.Tables;

/// <summary>Makes Portuguese shop reviews up: columns source, review_id, text, label, split. For trying things out, not for conclusions about real reviews.</summary>
[Stage("synthesize-reviews", version: 2)]
[Output("table", "the reviews", Kind = OutputKinds.Table)]
public sealed class SynthesizeReviewsStage : IStage<ReviewSynthesizerOptions>
{
    public Forecast Foresee(ReviewSynthesizerOptions options, Func<Input, Facts> facts) => Forecast.Of("table", TableFiles.Rows(options.Rows));

    public void Run(ReviewSynthesizerOptions options, StageRun run)
    {
        var reviews = ReviewSynthesizer.Write(options);
        var table = new Table(
        [
            Column.Text("source", [.. reviews.Select(r => r.Source)]),
            Column.Text("review_id", [.. reviews.Select(r => r.ReviewId)]),
            Column.Text("text", [.. reviews.Select(r => r.Text)]),
            Column.Integer("label", [.. reviews.Select(r => (long?)r.Label)]),
            Column.Text("split", [.. reviews.Select(r => r.Split)]),
        ]);
        TableFiles.Publish(table, run, "table");
    }
}
