// How good a classifier is on labelled rows.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Packing;
using Tlpipe.Text.Tokenizers;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

/// <summary>A classifier's answers.</summary>
/// <param name="Loss">The loss as Trainer averages it; null where the rows have no right answers.</param>
/// <param name="Metrics">Other figures (<see cref="ClassifierObjective.Metrics"/>); empty without right answers.</param>
/// <param name="Logits">The logits of each row, in the rows' order, <c>[rows, labels]</c>.</param>
public sealed record ClassifierEvaluation(double? Loss, IReadOnlyDictionary<string, double> Metrics, float[,] Logits)
{
    /// <summary>The share of rows that are right; null without right answers.</summary>
    public double? Accuracy => Metrics.TryGetValue("accuracy", out var accuracy) ? accuracy : null;

    /// <summary>The label of a row's highest logit, the lowest of equal ones.</summary>
    public int Predicted(int row) => ClassifierObjective.Highest(Logits, row);

    /// <summary>The mean cross-entropy and the accuracy of logits.</summary>
    public static ClassifierEvaluation OfLogits(float[,] logits, IReadOnlyList<int> labels)
    {
        var (loss, right) = (0.0, 0);
        for (var row = 0; row < labels.Count; row++)
        {
            var highest = ClassifierObjective.Highest(logits, row);
            double top = logits[row, highest];
            loss += top + Math.Log(Enumerable.Range(0, logits.GetLength(1)).Sum(c => Math.Exp(logits[row, c] - top))) - logits[row, labels[row]];
            right += highest == labels[row] ? 1 : 0;
        }
        return new ClassifierEvaluation(loss / labels.Count, new Dictionary<string, double> { ["accuracy"] = (double)right / labels.Count }, logits);
    }
}

/// <summary>Evaluates classifiers: rows of similar length together, nothing computed for padding, the rows' order restored.</summary>
public static class Evaluation
{
    // A GPU has to be kept busy; a CPU is quickest with what stays in its caches.
    private const int TokensAtOnceOnGpu = 16_384, TokensAtOnceOnCpu = 2048;

    /// <summary>The answers of a classifier for rows.</summary>
    /// <param name="model">The classifier; no dropout is applied.</param>
    /// <param name="rows">The rows, with labels or without.</param>
    /// <param name="objective">The loss and the figures; null for those of the model's config.</param>
    /// <param name="batchSize">Rows of a batch, where the loss weights classes and is a mean of batches' means.</param>
    /// <param name="evaluated">Called with the rows done so far.</param>
    /// <param name="stopping">When set, <see cref="OperationCanceledException"/> is thrown.</param>
    /// <exception cref="OutOfMemoryInTrainingException">It does not fit in memory.</exception>
    public static ClassifierEvaluation Classify(
        BertForSequenceClassification model,
        TokenRows rows,
        ClassifierObjective? objective = null,
        int batchSize = 8,
        Action<long>? evaluated = null,
        CancellationToken stopping = default)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        var order = Enumerable.Range(0, rows.Count).OrderByDescending(rows.Length).ToArray();
        var batches = new List<Tensor>();
        var done = 0;
        var tokensAtOnce = model.Device.IsCuda ? TokensAtOnceOnGpu : TokensAtOnceOnCpu;
        try
        {
            while (done < order.Length)
            {
                stopping.ThrowIfCancellationRequested();
                var batch = NextBatch(rows, order.AsSpan(done), tokensAtOnce);
                using var batchScope = NewDisposeScope();
                var packed = PackedRows.From(rows, batch, model.Config, model.Device);
                batches.Add(model.Logits(packed, null).to_type(ScalarType.Float32).MoveToOuterDisposeScope());
                done += batch.Length;
                evaluated?.Invoke(done);
            }
            return Scores(cat(batches).cpu(), order, rows, objective ?? ClassifierObjective.Of(model.Config), batchSize);
        }
        catch (Exception e) when (OutOfMemory.IsCause(e))
        {
            throw OutOfMemoryInTrainingException.InClassification(tokensAtOnce, e);
        }
    }

    private static int[] NextBatch(TokenRows rows, ReadOnlySpan<int> longestFirst, int tokensAtOnce)
    {
        var tokens = rows.Length(longestFirst[0]);
        var count = 1;
        while (count < longestFirst.Length && tokens + rows.Length(longestFirst[count]) <= tokensAtOnce)
            tokens += rows.Length(longestFirst[count++]);
        return longestFirst[..count].ToArray();
    }

    private static ClassifierEvaluation Scores(Tensor logits, int[] order, TokenRows rows, ClassifierObjective objective, int batchSize)
    {
        var (count, classes) = (order.Length, (int)logits.shape[1]);
        var values = logits.contiguous().data<float>().ToArray();
        var inOrder = new float[count, classes];
        for (var i = 0; i < count; i++)
            for (var c = 0; c < classes; c++)
                inOrder[order[i], c] = values[i * classes + c];
        return rows.Labels is null && rows.Values is null
            ? new ClassifierEvaluation(null, new Dictionary<string, double>(), inOrder)
            : new ClassifierEvaluation(Loss(inOrder, rows, objective, batchSize), objective.Figures(inOrder, rows), inOrder);
    }

    private static double Loss(float[,] logits, TokenRows rows, ClassifierObjective objective, int batchSize)
    {
        var (count, classes) = (logits.GetLength(0), logits.GetLength(1));
        var flat = new float[logits.Length];
        Buffer.BlockCopy(logits, 0, flat, 0, flat.Length * sizeof(float));
        // Only where classes are weighted does it matter which rows were a batch (docs/hf-parity.md 12.2).
        if (objective.ClassWeights is null)
        {
            var losses = objective.OfRows(ComputeDevice.Host.From(flat).reshape(count, classes), objective.Targets(rows, All(0, count), ComputeDevice.Host));
            return losses.data<float>().ToArray().Sum(loss => (double)loss) / count;
        }
        var weighted = 0.0;
        for (var start = 0; start < count; start += batchSize)
        {
            var size = Math.Min(batchSize, count - start);
            var batch = ComputeDevice.Host.From(flat[(start * classes)..((start + size) * classes)]).reshape(size, classes);
            weighted += objective.Mean(batch, objective.Targets(rows, All(start, size), ComputeDevice.Host), ComputeDevice.Host).item<float>() * (double)size;
        }
        return weighted / count;
    }

    private static int[] All(int start, int count) => [.. Enumerable.Range(start, count)];
}
