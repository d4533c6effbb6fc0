// How good a masked language model is on windows of text, position by position.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Packing;
using Tlpipe.Nlp.Predictions;
using Tlpipe.Text.RandomNumbers;
using Tlpipe.Text.Tokenizers;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

/// <summary>Evaluates masked language models under masks that a seed decides, so that models can be compared at the same positions.</summary>
public static class MaskedEvaluation
{
    private const int RowsAtOnce = 32;

    /// <summary>The answers of a model at masked positions.</summary>
    /// <param name="model">The model; no dropout is applied.</param>
    /// <param name="rows">The windows.</param>
    /// <param name="collator">Masks them.</param>
    /// <param name="seed">Decides the masks, whatever the model.</param>
    /// <param name="evaluated">Called with the rows done so far.</param>
    /// <param name="stopping">When set, <see cref="OperationCanceledException"/> is thrown.</param>
    /// <exception cref="OutOfMemoryInTrainingException">It does not fit in memory.</exception>
    public static MaskedPredictions Of(
        BertForMaskedLM model, TokenRows rows, MlmCollator collator, int seed, Action<long>? evaluated = null, CancellationToken stopping = default)
    {
        PackedRows.Check(rows, model.Config);
        using var without = no_grad();
        var streams = new RandomStreams(seed);
        var (losses, targets, answers, windows) = (new List<float>(), new List<int>(), new List<int>(), new List<int>());
        try
        {
            for (var start = 0; start < rows.Count; start += RowsAtOnce)
            {
                stopping.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                int[] indices = [.. Enumerable.Range(start, Math.Min(RowsAtOnce, rows.Count - start))];
                var batch = collator.Collate(rows, indices, indices.Max(rows.Length), streams);
                if (batch.Positions is { Length: > 0 } positions)
                {
                    var packed = PackedRows.From(batch.Rows, model.Config, model.Device, batch.TokenTypes);
                    var logits = model.Logits(packed, packed.Select(positions), null).to_type(ScalarType.Float32);
                    losses.AddRange(Losses.OfRows(logits, model.Device.From(batch.Targets), 0).cpu().data<float>().ToArray());
                    answers.AddRange(logits.argmax(1).cpu().data<long>().ToArray().Select(id => (int)id));
                    targets.AddRange(batch.Targets.Select(id => (int)id));
                    windows.AddRange(WindowsOf(positions, batch.Rows, start));
                }
                evaluated?.Invoke(start + indices.Length);
            }
        }
        catch (Exception e) when (OutOfMemory.IsCause(e))
        {
            throw OutOfMemoryInTrainingException.InEvaluation(RowsAtOnce, e);
        }
        return new MaskedPredictions([.. losses], [.. targets], [.. answers], [.. windows]);
    }

    /// <summary>The rows that positions in rows laid end to end belong to.</summary>
    private static IEnumerable<int> WindowsOf(long[] positions, IReadOnlyList<int[]> rows, int first)
    {
        var (row, end) = (0, (long)rows[0].Length);
        foreach (var position in positions)
        {
            while (position >= end)
                end += rows[++row].Length;
            yield return first + row;
        }
    }
}
