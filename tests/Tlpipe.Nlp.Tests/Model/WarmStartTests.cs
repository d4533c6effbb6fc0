// The warm start: against figures worked out by hand, and against torch's own dense decomposition.
using System.Text.Json.Nodes;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Weights;
using Tlpipe.Text.Tokenizers;
using TorchSharp;

namespace Tlpipe.Nlp.Tests.Model;

public sealed class WarmStartTests
{
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);

    [Fact]
    public void Pairs_within_the_window_have_their_positive_mutual_information()
    {
        // Window 1: the pair (1, 2) comes twice and (1, 3) once, each counted from both sides: 6 in all, 3 of them for token 1.
        var pairs = new Cooccurrence(Rows([1, 2, 1, 3]), vocabulary: 5, left: [], window: 1);

        var matrix = pairs.PositiveMutualInformation(TestContext.Current.CancellationToken);

        Assert.Equal([0, 2, 1, 1, 0], pairs.Frequencies);
        Assert.Equal(
            new float[,]
            {
                { 0, 0, 0, 0, 0 },
                { 0, 0, MathF.Log(6f * 2 / (3 * 2)), MathF.Log(6f * 1 / (3 * 1)), 0 },
                { 0, MathF.Log(6f * 2 / (3 * 2)), 0, 0, 0 },
                { 0, MathF.Log(6f * 1 / (3 * 1)), 0, 0, 0 },
                { 0, 0, 0, 0, 0 },
            },
            Dense(matrix));
    }

    [Fact]
    public void Neither_special_tokens_nor_tokens_of_other_rows_are_neighbours()
    {
        // 0 is special; 3 and 4 are never together but in rows of their own.
        var pairs = new Cooccurrence(Rows([3, 0, 0, 0, 0, 3], [4, 4], [1, 2]), vocabulary: 5, left: [0], window: 4);

        var matrix = pairs.PositiveMutualInformation(TestContext.Current.CancellationToken);

        Assert.Equal([0, 1, 1, 2, 2], pairs.Frequencies);
        Assert.Empty(matrix.Row(3).Columns);
        Assert.Equal([4], matrix.Row(4).Columns);
    }

    [Fact]
    public void Pairs_that_are_rarer_than_chance_count_as_nothing()
    {
        // 1 and 2 stand together once among many of their own kind.
        var pairs = new Cooccurrence(Rows([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]), vocabulary: 3, left: [], window: 1);

        var matrix = pairs.PositiveMutualInformation(TestContext.Current.CancellationToken);

        Assert.Equal([1], matrix.Row(1).Columns);
        Assert.Equal([2], matrix.Row(2).Columns);
    }

    [Fact]
    public void Singular_vectors_are_those_of_the_dense_matrix()
    {
        const int Size = 60;
        const int Rank = 5;
        var (sparse, dense) = SymmetricMatrix(Size);
        var expected = torch.linalg.svd(dense, fullMatrices: false).U;

        var found = WarmStart.SingularVectors(sparse, Rank, Cpu.Generator(3), TestContext.Current.CancellationToken);

        Assert.Equal([Size, Rank], found.shape);
        for (var column = 0; column < Rank; column++)
        {
            // A vector's sign is free.
            var cosine = found.select(1, column).dot(expected.select(1, column)).abs().item<float>();
            Assert.InRange(cosine, 0.9999f, 1.0001f);
        }
    }

    [Fact]
    public void Positions_are_sines_and_cosines()
    {
        var values = WarmStart.Sinusoids(positions: 2, hidden: 4);

        // sin 0, cos 0, sin 0, cos 0; sin 1, cos 1, sin 0.01, cos 0.01
        Numbers.AreClose([0, 1, 0, 1, 0.8414710f, 0.5403023f, 0.0099998f, 0.9999500f], values, absolute: 1e-6);
    }

    [Fact]
    public void A_new_model_knows_how_often_tokens_come_and_keeps_its_draws_for_those_that_do_not()
    {
        using var folder = new TemporaryModel(("hidden_size", (JsonNode)8), ("num_attention_heads", (JsonNode)2));
        using var cold = ModelFolder.LoadMaskedLM(folder.Folder, 7, Cpu, ComputeType.Fp32, randomWeights: true).Model;
        using var warm = ModelFolder.LoadMaskedLM(folder.Folder, 7, Cpu, ComputeType.Fp32, randomWeights: true).Model;
        // Tokens 5 to 96 come, 0 to 4 are special.
        var random = new System.Random(1);
        var corpus = Rows([.. Enumerable.Range(0, 50).Select(_ => (int[])[2, .. Enumerable.Range(0, 30).Select(_ => 5 + random.Next(random.Next(1, 90))), 3])]);

        WarmStart.Apply(warm, corpus, [0, 1, 2, 3, 4], seed: 7, TestContext.Current.CancellationToken);

        var bias = Of(warm, "cls.predictions.bias");
        var fives = corpus.InputIds.Count(id => id == 5);
        Assert.Equal(Math.Log((fives + 1) / (1_500.0 + 97)), bias[5], 1e-5);
        Assert.Equal(Math.Log(1 / (1_500.0 + 97)), bias[2], 1e-5);
        var (words, fresh) = (Of(warm, "bert.embeddings.word_embeddings.weight"), Of(cold, "bert.embeddings.word_embeddings.weight"));
        Assert.Equal(fresh[..(5 * 8)], words[..(5 * 8)]);
        var come = corpus.InputIds.Where(id => id > 4).Distinct().ToList();
        for (var column = 0; column < 8; column++)
        {
            var values = come.Select(id => (double)words[(id * 8) + column]).ToList();
            Assert.Equal(0, values.Average(), 1e-5);
            Assert.Equal(0.05, Math.Sqrt(values.Average(value => value * value)), 1e-5);
        }
        Assert.Equal(0.03 * Math.Sin(1), Of(warm, "bert.embeddings.position_embeddings.weight")[8], 1e-6);
        Assert.Equal(Of(cold, "bert.encoder.layer.1.output.dense.weight"), Of(warm, "bert.encoder.layer.1.output.dense.weight"));
    }

    private static TokenRows Rows(params int[][] rows)
    {
        var offsets = new int[rows.Length + 1];
        for (var i = 0; i < rows.Length; i++)
            offsets[i + 1] = offsets[i] + rows[i].Length;
        var ids = rows.SelectMany(row => row).ToArray();
        return new TokenRows(ids, offsets, new int[ids.Length], Labels: null);
    }

    private static float[] Of(PretrainedBert model, string name) => Numbers.Of(model.Parameters().Single(p => p.Name == name).Parameter);

    private static float[,] Dense(SparseRows matrix)
    {
        var dense = new float[matrix.Count, matrix.Count];
        for (var row = 0; row < matrix.Count; row++)
        {
            var (columns, values) = matrix.Row(row);
            for (var i = 0; i < columns.Count; i++)
                dense[row, columns[i]] = values[i];
        }
        return dense;
    }

    /// <summary>A symmetric matrix whose spectrum falls fast, positive and negative, sparse and dense.</summary>
    private static (SparseRows Sparse, torch.Tensor Dense) SymmetricMatrix(int size)
    {
        var random = new System.Random(5);
        var values = new double[size, size];
        for (var part = 0; part < 8; part++)
        {
            var vector = Enumerable.Range(0, size).Select(_ => random.Next(2) * (random.NextDouble() - 0.5)).ToArray();
            for (var i = 0; i < size; i++)
                for (var j = 0; j < size; j++)
                    values[i, j] += (part % 2 == 0 ? 1 : -1) * Math.Pow(0.5, part) * vector[i] * vector[j];
        }
        var sparse = new SparseRows();
        for (var i = 0; i < size; i++)
        {
            var columns = Enumerable.Range(0, size).Where(j => values[i, j] != 0).ToArray();
            sparse.Add(columns, [.. columns.Select(j => (float)values[i, j])]);
        }
        return (sparse, Cpu.From([.. values.Cast<double>().Select(value => (float)value)], size, size));
    }
}
