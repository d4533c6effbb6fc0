// How good a classifier is on labelled rows.
using Tlpipe.Nlp.Bert;
using Tlpipe.Nlp.Text;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

/// <summary>A classifier's answers.</summary>
/// <param name="Loss">The mean loss of all rows; null where the rows have no labels.</param>
/// <param name="Accuracy">The share of rows whose label has the highest logit, the lowest of equal ones counting; null without labels.</param>
/// <param name="Logits">The logits of each row, in the rows' order, <c>[rows, labels]</c>.</param>
public sealed record ClassifierEvaluation(double? Loss, double? Accuracy, float[,] Logits)
{
    /// <summary>The label of a row's highest logit, the lowest of equal ones.</summary>
    public int Predicted(int row)
    {
        var best = 0;
        for (var label = 1; label < Logits.GetLength(1); label++)
            if (Logits[row, label] > Logits[row, best])
                best = label;
        return best;
    }
}

/// <summary>Evaluates classifiers: rows of similar length together, nothing computed for padding, the rows' order restored.</summary>
public static class Evaluation
{
    // Enough to keep a GPU busy, and little enough for any machine's memory.
    private const int TokensAtOnce = 16_384;

    /// <summary>The answers of a classifier for rows.</summary>
    /// <param name="model">The classifier; no dropout is applied.</param>
    /// <param name="rows">The rows, with labels or without.</param>
    /// <param name="labelSmoothing">Trainer's <c>label_smoothing_factor</c>, which counts in the loss of an evaluation, too.</param>
    /// <param name="evaluated">Called with the rows done so far.</param>
    /// <param name="stopping">When set, <see cref="OperationCanceledException"/> is thrown.</param>
    /// <exception cref="OutOfMemoryInTrainingException">It does not fit in memory.</exception>
    public static ClassifierEvaluation Classify(
        BertForSequenceClassification model,
        TokenRows rows,
        double labelSmoothing = 0,
        Action<long>? evaluated = null,
        CancellationToken stopping = default)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        var order = Enumerable.Range(0, rows.Count).OrderByDescending(rows.Length).ToArray();
        var batches = new List<Tensor>();
        var done = 0;
        try
        {
            while (done < order.Length)
            {
                stopping.ThrowIfCancellationRequested();
                var batch = NextBatch(rows, order.AsSpan(done));
                using var batchScope = NewDisposeScope();
                var packed = PackedRows.From(rows, batch, model.Config, model.Device);
                batches.Add(model.Logits(packed, null).to_type(ScalarType.Float32).MoveToOuterDisposeScope());
                done += batch.Length;
                evaluated?.Invoke(done);
            }
            return Scores(cat(batches).cpu(), order, rows.Labels, labelSmoothing);
        }
        catch (Exception e) when (OutOfMemoryInTrainingException.IsCause(e))
        {
            throw OutOfMemoryInTrainingException.InClassification(TokensAtOnce, e);
        }
    }

    private static int[] NextBatch(TokenRows rows, ReadOnlySpan<int> longestFirst)
    {
        var tokens = rows.Length(longestFirst[0]);
        var count = 1;
        while (count < longestFirst.Length && tokens + rows.Length(longestFirst[count]) <= TokensAtOnce)
            tokens += rows.Length(longestFirst[count++]);
        return longestFirst[..count].ToArray();
    }

    private static ClassifierEvaluation Scores(Tensor logits, int[] order, int[]? labels, double labelSmoothing)
    {
        var (count, classes) = (order.Length, (int)logits.shape[1]);
        var values = logits.contiguous().data<float>().ToArray();
        var inOrder = new float[count, classes];
        for (var i = 0; i < count; i++)
            for (var c = 0; c < classes; c++)
                inOrder[order[i], c] = values[i * classes + c];
        var evaluation = new ClassifierEvaluation(null, null, inOrder);
        if (labels is null)
            return evaluation;

        var targets = Device.Host.From(order.Select(row => (long)labels[row]).ToArray());
        var losses = Losses.OfRows(logits, targets, labelSmoothing).data<float>().ToArray();
        var right = Enumerable.Range(0, count).Count(row => evaluation.Predicted(row) == labels[row]);
        return evaluation with { Loss = losses.Sum(loss => (double)loss) / count, Accuracy = (double)right / count };
    }
}
