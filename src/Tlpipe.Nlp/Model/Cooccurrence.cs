// Which tokens occur near each other in a corpus.
using Tlpipe.Nlp.Kernels;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Nlp.Model;

/// <summary>
/// Positive pointwise mutual information of tokens that stand within some places of each other in a row:
/// <c>max(0, log(P(a, b) / (P(a) P(b))))</c> (Levy and Goldberg, Neural Word Embedding as Implicit Matrix Factorization, 2014).
/// </summary>
internal sealed class Cooccurrence
{
    /// <summary>The most pair counts held at a time; the corpus is read as often as that requires.</summary>
    private const int CountsAtATime = 32_000_000;

    private readonly TokenRows corpus;
    private readonly bool[] counted;
    private readonly int window;

    /// <param name="corpus">Rows of tokens.</param>
    /// <param name="vocabulary">Tokens in the vocabulary.</param>
    /// <param name="left">Tokens that are not counted, such as [CLS].</param>
    /// <param name="window">How far apart two tokens may stand.</param>
    public Cooccurrence(TokenRows corpus, int vocabulary, IEnumerable<int> left, int window)
    {
        (this.corpus, this.window) = (corpus, window);
        counted = new bool[vocabulary];
        Array.Fill(counted, true);
        foreach (var id in left)
            counted[id] = false;
        Frequencies = new long[vocabulary];
        foreach (var id in corpus.InputIds)
            if (counted[id])
                Frequencies[id]++;
    }

    /// <summary>How often each token occurs, <c>[vocabulary]</c>; 0 for those that are not counted.</summary>
    public long[] Frequencies { get; }

    /// <summary>The symmetric matrix, <c>[vocabulary, vocabulary]</c>; a token that does not occur has an empty row.</summary>
    public SparseRows PositiveMutualInformation(CancellationToken cancellation)
    {
        var size = counted.Length;
        var neighbours = new long[size];
        ForEachPair(0, size, (token, _) => neighbours[token]++, cancellation);
        double all = neighbours.Sum();
        var matrix = new SparseRows();
        var rowsAtATime = Math.Clamp(CountsAtATime / size, 1, size);
        for (var first = 0; first < size; first += rowsAtATime)
        {
            var rows = Math.Min(rowsAtATime, size - first);
            var counts = new int[rows * size];
            ForEachPair(first, first + rows, (token, other) => counts[((token - first) * size) + other]++, cancellation);
            for (var row = 0; row < rows; row++)
                AddRow(matrix, counts.AsSpan(row * size, size), neighbours, neighbours[first + row] / all);
        }
        return matrix;
    }

    private static void AddRow(SparseRows matrix, ReadOnlySpan<int> counts, long[] neighbours, double share)
    {
        var columns = new List<int>();
        var values = new List<float>();
        for (var column = 0; column < counts.Length; column++)
        {
            if (counts[column] == 0)
                continue;
            var information = Math.Log(counts[column] / (share * neighbours[column]));
            if (information > 0)
            {
                columns.Add(column);
                values.Add((float)information);
            }
        }
        matrix.Add([.. columns], [.. values]);
    }

    /// <summary>Each pair of a token from a range of ids and another near it.</summary>
    private void ForEachPair(int firstId, int endId, Action<int, int> take, CancellationToken cancellation)
    {
        for (var index = 0; index < corpus.Count; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            var row = corpus.Row(index);
            for (var i = 0; i < row.Length; i++)
            {
                if (row[i] < firstId || row[i] >= endId || !counted[row[i]])
                    continue;
                for (var j = Math.Max(0, i - window); j < Math.Min(row.Length, i + window + 1); j++)
                    if (j != i && counted[row[j]])
                        take(row[i], row[j]);
            }
        }
    }
}
