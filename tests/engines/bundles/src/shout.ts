export const shout = async (text: string): Promise<string> => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return text.toUpperCase();
};
