// One vector for each row: the mean of its tokens' vectors.
using Tlpipe.Formats;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Packing;
using Tlpipe.Nlp.Training;
using Tlpipe.Text.Tokenizers;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Inference;

/// <summary>Mean-pooled embeddings (Reimers and Gurevych 2019, Sentence-BERT): of the last layer, over all tokens of a row, [CLS] and [SEP] included.</summary>
public static class MeanPooling
{
    private const int TokensAtOnce = 16_384;

    /// <summary>The vectors, <c>[rows, hidden]</c>.</summary>
    /// <param name="model">Any BERT; no dropout is applied.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="embedded">Called with the rows done so far.</param>
    /// <param name="stopping">When set, <see cref="OperationCanceledException"/> is thrown.</param>
    /// <exception cref="InputException">The model cannot take a row.</exception>
    /// <exception cref="OutOfMemoryInTrainingException">It does not fit in memory.</exception>
    public static float[,] Embed(PretrainedBert model, TokenRows rows, Action<long>? embedded = null, CancellationToken stopping = default)
    {
        var vectors = new float[rows.Count, model.Config.HiddenSize];
        var order = Enumerable.Range(0, rows.Count).OrderByDescending(rows.Length).ToArray();
        using var without = no_grad();
        try
        {
            for (var done = 0; done < order.Length;)
            {
                stopping.ThrowIfCancellationRequested();
                var count = Math.Clamp(TokensAtOnce / rows.Length(order[done]), 1, order.Length - done);
                Embed(model, rows, order[done..(done + count)], vectors);
                done += count;
                embedded?.Invoke(done);
            }
        }
        catch (Exception e) when (OutOfMemory.IsCause(e))
        {
            throw OutOfMemoryInTrainingException.InClassification(TokensAtOnce, e);
        }
        return vectors;
    }

    private static void Embed(PretrainedBert model, TokenRows rows, int[] batch, float[,] vectors)
    {
        using var scope = NewDisposeScope();
        using var packed = PackedRows.From(rows, batch, model.Config, model.Device);
        var tokens = model.HiddenStates(packed)[^1].to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        var width = vectors.GetLength(1);
        for (var i = 0; i < batch.Length; i++)
            for (var column = 0; column < width; column++)
            {
                var sum = 0.0;
                for (var token = packed.RowStarts[i]; token < packed.RowStarts[i + 1]; token++)
                    sum += tokens[token * width + column];
                vectors[batch[i], column] = (float)(sum / packed.Lengths[i]);
            }
    }
}
