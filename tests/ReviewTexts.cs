// The real reviews beside the repository, and the experiment's split of them.
using Parquet;

namespace Tlpipe.TestSupport;

/// <summary>The texts of shared/data/dataset_reviews.parquet; a test that asks for them is skipped where it is missing.</summary>
internal static class ReviewTexts
{
    public static async Task<List<string?>> ReadTexts()
    {
        using var stream = File.OpenRead(TestFiles.Shared("data", "dataset_reviews.parquet"));
        await using var reader = await ParquetReader.CreateAsync(stream);
        var texts = new List<string?>();
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            var column = new string?[group.RowCount];
            await group.ReadAsync(reader.Schema.DataFields.Single(field => field.Name == "text"), column);
            texts.AddRange(column);
        }
        return texts;
    }

    /// <summary>
    /// scikit-learn's train_test_split(test_size=0.1, random_state=271828): the first tenth, rounded up, of NumPy's
    /// RandomState(seed).permutation is the test part (docs/hf-parity.md 3.5, 4.1).
    /// </summary>
    public static (List<string?> Train, List<string?> Test) Split(List<string?> texts)
    {
        var order = Permutation(271828, texts.Count);
        var testRows = (texts.Count + 9) / 10;
        return ([.. order[testRows..].Select(row => texts[row])], [.. order[..testRows].Select(row => texts[row])]);
    }

    private static int[] Permutation(uint seed, int count)
    {
        var state = new uint[624];
        state[0] = seed;
        for (var i = 1; i < 624; i++)
            state[i] = (1812433253 * (state[i - 1] ^ (state[i - 1] >> 30))) + (uint)i;
        var used = 624;
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var mask = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)i + 1) - 1;
            uint j;
            do
                j = Next() & mask;
            while (j > i);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;

        uint Next()
        {
            if (used == 624)
            {
                for (var i = 0; i < 624; i++)
                {
                    var y = (state[i] & 0x80000000) | (state[(i + 1) % 624] & 0x7FFFFFFF);
                    state[i] = state[(i + 397) % 624] ^ (y >> 1) ^ ((y & 1) * 0x9908B0DF);
                }
                used = 0;
            }
            var value = state[used++];
            value ^= value >> 11;
            value ^= (value << 7) & 0x9D2C5680;
            value ^= (value << 15) & 0xEFC60000;
            return value ^ (value >> 18);
        }
    }
}
