// Initial weights for a new masked language model, from the statistics of its corpus.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Text.Tokenizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Model;

/// <summary>
/// Puts three things that can be computed directly into a model with fresh weights, so that a small BERT need not learn them by
/// gradient descent: word embeddings from the corpus's co-occurrences, sinusoidal position embeddings (Vaswani et al.,
/// Attention Is All You Need, 2017, section 3.5), and log-probabilities of single tokens as the output's bias.
/// </summary>
public static class WarmStart
{
    private const int Window = 4;
    private const double WordDeviation = 0.05;
    private const double PositionScale = 0.03;

    /// <summary>Keeps a direction without spread from a division by zero.</summary>
    private static readonly Scalar Least = 1e-12;

    /// <summary>Columns beyond those asked for, and rounds, of the randomized subspace iteration (Halko et al., 2011, algorithm 4.4).</summary>
    private const int Oversampling = 16;
    private const int Rounds = 6;

    /// <summary>Changes a model's fresh weights; those of tokens that the corpus lacks, and all others, stay as they are.</summary>
    /// <param name="model">A model whose weights are fresh.</param>
    /// <param name="corpus">The rows that it will be trained on.</param>
    /// <param name="specialIds">Special tokens, which are not counted.</param>
    /// <param name="seed">Seeds the draws of the randomized decomposition.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static void Apply(BertForMaskedLM model, TokenRows corpus, IReadOnlyList<int> specialIds, long seed, CancellationToken cancellation)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var parameters = model.Parameters().ToDictionary(p => p.Name, p => p.Parameter, StringComparer.Ordinal);
        var pairs = new Cooccurrence(corpus, model.Config.VocabSize, specialIds, Window);

        var words = parameters["bert.embeddings.word_embeddings.weight"];
        words.copy_(WordEmbeddings(pairs, words.cpu(), seed, model.Device, cancellation));
        var positions = parameters["bert.embeddings.position_embeddings.weight"];
        positions.copy_(ComputeDevice.Host.From(Sinusoids(model.Config.MaxPositionEmbeddings, model.Config.HiddenSize), positions.shape).Times(PositionScale));
        parameters["cls.predictions.bias"].copy_(ComputeDevice.Host.From(LogProbabilities(pairs.Frequencies)));
    }

    /// <summary>Each token's coordinates along the directions in which the co-occurrences differ most, scaled to the same spread over the tokens that occur.</summary>
    private static Tensor WordEmbeddings(Cooccurrence pairs, Tensor fresh, long seed, ComputeDevice device, CancellationToken cancellation)
    {
        var matrix = pairs.PositiveMutualInformation(cancellation);
        var rank = (int)Math.Min(fresh.shape[1], pairs.Frequencies.LongCount(count => count > 0));
        var found = SingularVectors(matrix, rank, device.Generator(seed), cancellation);
        var come = ComputeDevice.Host.From([.. pairs.Frequencies.Select(count => count > 0)]);
        var those = found.index_select(0, come.nonzero().squeeze(1));
        var standard = found.Minus(those.mean([0], keepdim: true)).div(those.std(0, unbiased: false, keepdim: true).clamp_min(Least));
        var words = fresh.clone();
        words.narrow(1, 0, rank).copy_(where(come.unsqueeze(1), standard.Times(WordDeviation), fresh.narrow(1, 0, rank)));
        return words;
    }

    /// <summary>A symmetric matrix's left singular vectors of the largest singular values, <c>[count, rank]</c>.</summary>
    internal static Tensor SingularVectors(SparseRows matrix, int rank, Generator generator, CancellationToken cancellation)
    {
        var width = Math.Min(matrix.Count, rank + Oversampling);
        var basis = linalg.qr(ComputeDevice.Host.Normal(generator, 0, 1, matrix.Count, width)).Q;
        for (var round = 0; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            basis = linalg.qr(Product(matrix, basis)).Q;
        }
        var (values, vectors) = linalg.eigh(basis.t().matmul(Product(matrix, basis)).to_type(ScalarType.Float64));
        var order = values.abs().argsort(descending: true)[..rank];
        var found = basis.matmul(vectors.index_select(1, order).to_type(ScalarType.Float32));
        // The sign of an eigenvector is arbitrary.
        return found.mul(found.gather(0, found.abs().argmax(0, keepdim: true)).sign());
    }

    private static Tensor Product(SparseRows matrix, Tensor dense)
    {
        var width = (int)dense.shape[1];
        return ComputeDevice.Host.From(matrix.Times(dense.contiguous().data<float>().ToArray(), width, get_num_threads()), matrix.Count, width);
    }

    /// <summary>Sines in even columns and cosines in odd ones, <c>[positions, hidden]</c>.</summary>
    internal static float[] Sinusoids(int positions, int hidden)
    {
        var values = new float[positions * hidden];
        for (var position = 0; position < positions; position++)
        {
            for (var column = 0; column < hidden; column++)
            {
                var angle = position / Math.Pow(10_000, (column - (column % 2)) / (double)hidden);
                values[(position * hidden) + column] = (float)(column % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }
        return values;
    }

    /// <summary>For each token, with one added to each count.</summary>
    internal static float[] LogProbabilities(long[] frequencies)
    {
        var all = Math.Log(frequencies.Sum() + frequencies.Length);
        return [.. frequencies.Select(count => (float)(Math.Log(count + 1) - all))];
    }
}
