// Times a training or an evaluation.
using System.Diagnostics;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Training;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Nlp.Speed;

/// <summary>The measurements of a run.</summary>
/// <param name="Seconds">Its time, loading left out.</param>
/// <param name="Rows">Rows computed in it.</param>
/// <param name="Tokens">Their tokens; there is no padding.</param>
/// <param name="Flops">The operations that these tokens need.</param>
/// <param name="Parts">Where the time went, in seconds.</param>
/// <param name="Updates">Updates in the time; 0 for an evaluation.</param>
/// <param name="Loss">The mean loss.</param>
/// <param name="Accuracy">The share of right rows; null where nothing is classified.</param>
public sealed record SpeedFigures(
    double Seconds, long Rows, long Tokens, double Flops, IReadOnlyList<(string Name, double Seconds)> Parts, int Updates, double Loss, double? Accuracy);

/// <summary>Runs like a stage's, without checkpoints.</summary>
public static class SpeedRun
{
    // The first two make room for everything and compile; the timing of Hugging Face beside it leaves out as many.
    private const int WarmUp = 2;

    /// <summary>Evaluates a classifier.</summary>
    public static SpeedFigures Evaluate(BertForSequenceClassification model, TokenRows rows)
    {
        var clock = Stopwatch.StartNew();
        var answers = Evaluation.Classify(model, rows);
        var seconds = clock.Elapsed.TotalSeconds;
        var lengths = Lengths(rows);
        var flops = WorkCount.Forward(model.Config, lengths, [.. lengths.Select(_ => 1)], model.Config.Labels.Count);
        return new SpeedFigures(seconds, rows.Count, lengths.Sum(n => (long)n), flops, [], 0, answers.Loss ?? double.NaN, answers.Accuracy);
    }

    /// <summary>Trains.</summary>
    /// <param name="task">A task whose arguments ask for no evaluation.</param>
    /// <param name="outputs">The width of the model's head.</param>
    public static SpeedFigures Train(ITrainingTask task, int outputs)
    {
        var counted = new CountedTask(task, outputs);
        var updates = new List<(UpdateTimes Times, double End, double Flops, long Rows)>();
        var clock = Stopwatch.StartNew();
        var outcome = Trainer.Train(counted, updated: times => updates.Add((times, clock.Elapsed.TotalSeconds, counted.TakeFlops(), counted.TakeRows())));
        var skipped = updates.Count > WarmUp + 1 ? WarmUp : 0;
        var seconds = updates[^1].End - (skipped == 0 ? 0 : updates[skipped - 1].End);
        var timed = updates.Skip(skipped).ToList();
        (string, double)[] parts =
        [
            ("input", timed.Sum(u => u.Times.Input)),
            ("forward", timed.Sum(u => u.Times.Forward)),
            ("backward", timed.Sum(u => u.Times.Backward)),
            ("optimizer", timed.Sum(u => u.Times.Optimizer)),
        ];
        return new SpeedFigures(
            seconds, timed.Sum(u => u.Rows), timed.Sum(u => u.Times.Tokens), timed.Sum(u => u.Flops), parts, timed.Count, outcome.TrainLoss, null);
    }

    private static int[] Lengths(TokenRows rows) => [.. Enumerable.Range(0, rows.Count).Select(rows.Length)];

    /// <summary>A task that counts the work of its batches since the count was last taken.</summary>
    private sealed class CountedTask(ITrainingTask task, int outputs) : ITrainingTask
    {
        // Backward costs twice what forward does.
        private const int ForwardAndBackward = 3;

        private double flops;
        private long rows;

        public TrainingArguments Arguments => task.Arguments;

        public TokenRows TrainRows => task.TrainRows;

        public TokenRows EvalRows => task.EvalRows;

        public PretrainedBert Model => task.Model;

        public IReadOnlyList<string> Metrics => task.Metrics;

        public Tlpipe.Text.RandomNumbers.RandomStreams Streams() => task.Streams();

        public MicroBatch Collate(ReadOnlySpan<int> rows, Tlpipe.Text.RandomNumbers.RandomStreams streams) => task.Collate(rows, streams);

        public TorchSharp.torch.Tensor Loss(MicroBatch batch, DropoutMasks dropout)
        {
            int[] lengths = [.. batch.Rows.Select(row => row.Length)];
            flops += ForwardAndBackward * WorkCount.Forward(Model.Config, lengths, Chosen(batch, lengths), outputs);
            rows += batch.Rows.Count;
            return task.Loss(batch, dropout);
        }

        public EvaluationScores Evaluate(Tlpipe.Text.RandomNumbers.RandomStreams streams, Action<long> evaluated, CancellationToken stopping) =>
            task.Evaluate(streams, evaluated, stopping);

        public double TakeFlops() => Interlocked.Exchange(ref flops, 0);

        public long TakeRows() => Interlocked.Exchange(ref rows, 0);

        private static int[] Chosen(MicroBatch batch, int[] lengths)
        {
            if (batch.Positions is not { } positions)
                return [.. lengths.Select(_ => 1)];
            var chosen = new int[lengths.Length];
            var (row, end) = (0, (long)lengths[0]);
            foreach (var position in positions)
            {
                while (position >= end)
                    end += lengths[++row];
                chosen[row]++;
            }
            return chosen;
        }
    }
}
